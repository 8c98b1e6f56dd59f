package dev.waybill.itests.crash;

import dev.waybill.itests.server.BootCommands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The connection pool by which a node gets at the application's database.
 *
 * @param dataSourceClass the driver's class
 * @param dataSourceType the interface the server takes it for
 * @param url the database
 * @param user as whom
 * @param password Payara gives no connection without one, even where the database asks for none
 * @param options further options of the pool
 * @param driver the jar of the class
 */
record ApplicationPool(
    String dataSourceClass,
    String dataSourceType,
    String url,
    String user,
    String password,
    List<String> options,
    Path driver) {

  /** What creates it, and its resource {@code jdbc/orders}. */
  BootCommands commands() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("user", user);
    properties.put("password", password);
    properties.put("url", url);
    List<String> pool = new ArrayList<>();
    pool.add("create-jdbc-connection-pool");
    pool.add("--datasourceclassname " + dataSourceClass);
    pool.add("--restype " + dataSourceType);
    pool.add("--steadypoolsize 2 --maxpoolsize 40");
    pool.addAll(options);
    pool.add("--property " + BootCommands.properties(properties));
    pool.add("ordersPool");
    return new BootCommands()
        .add(pool.toArray(String[]::new))
        .add("create-jdbc-resource", "--connectionpoolid ordersPool", "jdbc/orders");
  }
}
