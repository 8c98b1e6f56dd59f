package dev.waybill.itests.crash;

import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.testkit.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a node commits with its queue on PostgreSQL, and the server resources that make it so. */
enum PostgresPath {
  /** One database; the queue is written on the application's own JTA DataSource. */
  JOINED("javax.sql.DataSource", "org.postgresql.ds.PGSimpleDataSource"),
  /** The queue has a database of its own. */
  XA("javax.sql.XADataSource", "org.postgresql.xa.PGXADataSource");

  /** The application's database. */
  static final String APPLICATION = "orders";

  private static final int RECOVERY_DELAY_SECONDS = 15;

  private final String dataSourceType;
  private final String dataSourceClass;

  PostgresPath(String dataSourceType, String dataSourceClass) {
    this.dataSourceType = dataSourceType;
    this.dataSourceClass = dataSourceClass;
  }

  String dataSourceType() {
    return dataSourceType;
  }

  String dataSourceClass() {
    return dataSourceClass;
  }

  /** The queue's database. */
  String queueDatabase() {
    return this == JOINED ? APPLICATION : "queue";
  }

  /** Recovery on, with a log that survives, and late enough for the deployments. */
  BootCommands preBoot(String node, Path transactionLog) {
    String service = "configs.config.server-config.transaction-service.";
    return BootCommands.onLoopback()
        .add("set", service + "automatic-recovery=true")
        .add("set", service + "tx-log-dir=" + transactionLog)
        .add("set", service + "property.xa-servername=" + node)
        .add("set", service + "property.recover-txn-delay=" + RECOVERY_DELAY_SECONDS);
  }

  /** The application's DataSource and the adapter. */
  BootCommands postBoot(String node, ApplicationPool application, int queuePort) {
    return application
        .commands()
        .add(
            "create-resource-adapter-config",
            "--property " + BootCommands.properties(adapter(node, queuePort)),
            "waybill")
        .add("deploy", "--name waybill", Artifacts.waybillRar().toString());
  }

  private Map<String, String> adapter(String node, int queuePort) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("nodeName", node);
    properties.put("pollInterval", "1s");
    if (this == JOINED) {
      properties.put("dataSource", "jdbc/orders");
    } else {
      properties.put("url", url(queuePort, queueDatabase()));
      properties.put("user", PostgresServer.USER);
    }
    return properties;
  }

  /** The address of a database, without the role. */
  static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }
}
