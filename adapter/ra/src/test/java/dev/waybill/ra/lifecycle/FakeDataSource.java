package dev.waybill.ra.lifecycle;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** A DataSource whose connections only tell their auto-commit mode. */
final class FakeDataSource {

  private FakeDataSource() {}

  static DataSource with(BooleanSupplier autoCommit) {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                FakeDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getAutoCommit" -> autoCommit.getAsBoolean();
                      case "close" -> null;
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    return (DataSource)
        Proxy.newProxyInstance(
            FakeDataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                return connection;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
