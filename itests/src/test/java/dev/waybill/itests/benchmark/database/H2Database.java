package dev.waybill.itests.benchmark.database;

import dev.waybill.core.store.sql.GroupSync;
import dev.waybill.core.store.sql.H2File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;

/** H2 in a file, truly durable: no write delay, and one sync shared by all commits that wait. */
public final class H2Database implements Database {

  private final JdbcDataSource dataSource = new JdbcDataSource();
  private final Durability durability;
  private final Connection keeper;
  private final String version;
  private final Path directory;
  private final List<H2Database> others = new ArrayList<>();

  /** Opens a new file in a directory. */
  public H2Database(Path directory) throws SQLException {
    this.directory = directory;
    dataSource.setURL(
        "jdbc:h2:file:" + directory.resolve("queue").toAbsolutePath() + ";WRITE_DELAY=0");
    keeper = dataSource.getConnection();
    version = keeper.getMetaData().getDatabaseProductVersion();
    GroupSync group = new GroupSync(() -> H2File.sync(driver()));
    durability =
        new Durability() {
          @Override
          public void relax(Session session) {}

          @Override
          public void await() {
            group.await();
          }
        };
  }

  @Override
  public DataSource driver() {
    return dataSource;
  }

  @Override
  public XADataSource xaDriver() {
    return dataSource;
  }

  @Override
  public Database another(String name) throws SQLException {
    H2Database other = new H2Database(directory.resolve(name));
    others.add(other);
    return other;
  }

  @Override
  public String name() {
    return "H2 " + version;
  }

  @Override
  public Product product() {
    return Product.H2;
  }

  @Override
  public Session open() throws SQLException {
    return new Session(dataSource.getConnection(), durability);
  }

  @Override
  public void reset(List<String> definitions) throws SQLException {
    try (Statement statement = keeper.createStatement()) {
      statement.execute("drop all objects");
      for (String sql : definitions) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void settle() throws SQLException {
    try (Statement statement = keeper.createStatement()) {
      statement.execute("analyze");
      statement.execute("checkpoint sync");
    }
  }

  @Override
  public long cpuMicros() {
    return 0;
  }

  @Override
  public void close() throws SQLException {
    for (H2Database other : others) {
      other.close();
    }
    try (keeper;
        Statement statement = keeper.createStatement()) {
      statement.execute("shutdown");
    }
  }
}
