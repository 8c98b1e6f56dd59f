package dev.waybill.itests.orders;

import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.testkit.h2.RecoveringXaDataSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.h2.jdbcx.JdbcDataSource;

/** How the queue commits with the order service, and the server resources that make it so. */
public enum CommitPath {
  /** The queue is written on the application's own JTA DataSource. */
  JOINED("javax.sql.DataSource", JdbcDataSource.class),
  /** The queue has a database of its own. */
  XA("javax.sql.XADataSource", RecoveringXaDataSource.class);

  private static final int RECOVERY_DELAY_SECONDS = 15;

  private final String dataSourceType;
  private final Class<?> dataSourceClass;

  CommitPath(String dataSourceType, Class<?> dataSourceClass) {
    this.dataSourceType = dataSourceType;
    this.dataSourceClass = dataSourceClass;
  }

  /** The H2 file, without its suffix, of the application. */
  public Path applicationDatabase(Path directory) {
    return directory.resolve("data").resolve("orders");
  }

  /** The H2 file, without its suffix, of the queue. */
  public Path queueDatabase(Path directory) {
    return this == JOINED
        ? applicationDatabase(directory)
        : directory.resolve("data").resolve("queue");
  }

  /** Recovery on, with a log that survives, and late enough for the deployments. */
  public BootCommands preBoot(Path directory) {
    String service = "configs.config.server-config.transaction-service.";
    return BootCommands.onLoopback()
        .add("set", service + "automatic-recovery=true")
        .add("set", service + "tx-log-dir=" + directory.resolve("data").resolve("tx-log"))
        .add("set", service + "property.xa-servername=" + name().toLowerCase() + "-orders")
        .add("set", service + "property.recover-txn-delay=" + RECOVERY_DELAY_SECONDS);
  }

  /** The application's DataSource and the adapter. */
  public BootCommands postBoot(Path directory) {
    return new BootCommands()
        .add(
            "create-jdbc-connection-pool",
            "--datasourceclassname " + dataSourceClass.getName(),
            "--restype " + dataSourceType,
            "--steadypoolsize 2 --maxpoolsize 64",
            "--property " + BootCommands.properties(application(directory)),
            "ordersPool")
        .add("create-jdbc-resource", "--connectionpoolid ordersPool", "jdbc/orders")
        .add(
            "create-resource-adapter-config",
            "--property " + BootCommands.properties(adapter(directory)),
            "waybill")
        .add("deploy", "--name waybill", Artifacts.waybillRar().toString());
  }

  private Map<String, String> application(Path directory) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("user", "sa");
    properties.put("password", "sa");
    properties.put("url", url(applicationDatabase(directory)));
    return properties;
  }

  private Map<String, String> adapter(Path directory) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("nodeName", name().toLowerCase() + "-node");
    if (this == JOINED) {
      properties.put("dataSource", "jdbc/orders");
    } else {
      properties.put("url", url(queueDatabase(directory)));
      properties.put("user", "sa");
      properties.put("password", "sa");
    }
    return properties;
  }

  private static String url(Path database) {
    return "jdbc:h2:file:" + database + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
  }
}
