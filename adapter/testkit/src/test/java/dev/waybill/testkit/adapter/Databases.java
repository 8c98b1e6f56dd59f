package dev.waybill.testkit.adapter;

import dev.waybill.testkit.mariadb.SharedMariaDb;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;
import org.postgresql.xa.PGXADataSource;

/** The databases of one scenario; they outlive the crash of a server. */
final class Databases implements AutoCloseable {

  /** Where the queue is. A business database of its own, beside the queue's, is always H2. */
  enum Product {
    H2("utf8tostring(m.body)"),
    POSTGRESQL("convert_from(m.body, 'UTF8')"),
    MARIADB("convert(m.body using utf8mb4)");

    private final String textOfBody;

    Product(String textOfBody) {
      this.textOfBody = textOfBody;
    }
  }

  private final CommitPath path;
  private final Product product;
  private final DataSource queue;
  private final DataSource look;
  private final DataSource business;
  private final XADataSource businessXa;

  Databases(CommitPath path) throws SQLException {
    this(path, Product.H2);
  }

  Databases(CommitPath path, Product product) throws SQLException {
    this.path = path;
    this.product = product;
    JdbcDataSource own = h2();
    switch (product) {
      case H2 -> {
        this.queue = path.isJoined() ? own : h2();
        this.business = own;
        this.businessXa = own;
        this.look = queue;
      }
      case POSTGRESQL -> {
        String url = SharedPostgres.freshUrl();
        this.queue = postgres(new PGSimpleDataSource(), url);
        this.business = path.isJoined() ? queue : own;
        this.businessXa = path.isJoined() ? postgres(new PGXADataSource(), url) : own;
        this.look = queue;
      }
      case MARIADB -> {
        String url = SharedMariaDb.freshDataSourceUrl();
        MariaDbDataSource mariaDb = new MariaDbDataSource(url);
        this.queue = mariaDb;
        this.business = path.isJoined() ? mariaDb : own;
        this.businessXa = path.isJoined() ? mariaDb : own;
        this.look = new MariaDbDataSource(SharedMariaDb.forQueries(url));
      }
      default -> throw new IllegalArgumentException(product.name());
    }
    update(business, "create table placed (order_id varchar(50), attempt int)");
  }

  private static <T extends BaseDataSource> T postgres(T dataSource, String url) {
    dataSource.setUrl(url);
    return dataSource;
  }

  private static JdbcDataSource h2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=5000");
    return h2;
  }

  CommitPath path() {
    return path;
  }

  DataSource queue() {
    return queue;
  }

  DataSource business() {
    return business;
  }

  XADataSource businessXa() {
    return businessXa;
  }

  /** The attempts whose business row is committed. */
  List<String> placedBy(String order) throws SQLException {
    return column(business, "select attempt from placed where order_id = ?", order);
  }

  /** The bodies of the messages in a queue, whoever has them and whatever became of them. */
  List<String> bodiesIn(String name) throws SQLException {
    return column(
        look,
        "select "
            + product.textOfBody
            + " from wb_message m join wb_queue q on q.id = m.queue_id"
            + " where q.name = ? order by m.position",
        name);
  }

  /** The deliveries of a queue that are still owed, as state and attempts. */
  List<String> owedIn(String name) throws SQLException {
    return column(
        look,
        "select case when d.lease_token is not null and d.state = 'READY' then 'LEASED'"
            + " else d.state end || ' ' || d.attempts from wb_delivery d join wb_queue q"
            + " on q.id = d.queue_id where q.name = ? order by d.position",
        name);
  }

  /** The outcomes of the attempts at the messages of a queue, in order. */
  List<String> outcomesIn(String name) throws SQLException {
    return column(
        look, "select outcome from wb_attempt where queue = ? order by number, ended_at", name);
  }

  /** The errors of the attempts at the messages of a queue, in order. */
  List<String> errorsIn(String name) throws SQLException {
    return column(
        look, "select error from wb_attempt where queue = ? order by number, ended_at", name);
  }

  /** The messages that were answered by rows which nobody has taken. */
  List<String> answers() throws SQLException {
    return column(look, "select message_id from wb_answer where waiter <> ?", "");
  }

  /** The branches that are neither finished nor released. */
  List<String> unfinishedBranches() throws SQLException {
    return column(
        look,
        "select id || ' ' || state from wb_branch"
            + " where state in ('PREPARED', 'COMMITTED_UNRELEASED') and id <> ?",
        "");
  }

  /** How far groups have come in streams, as "producer number". */
  List<String> watermarks() throws SQLException {
    return column(
        look,
        "select concat(producer_id, ' ', number) from wb_watermark where producer_id <> ?",
        "");
  }

  /** The streams, as "producer last sequence". */
  List<String> streams() throws SQLException {
    return column(
        look,
        "select concat(producer_id, ' ', last_sequence) from wb_stream where producer_id <> ?",
        "");
  }

  /** The states of the branches of transactions. */
  List<String> branches() throws SQLException {
    return column(look, "select state from wb_branch where id not like ?", "local.%");
  }

  /** The prepared transactions of the application's own database. */
  List<String> inDoubtInBusiness() throws SQLException {
    if (path.isJoined() && product == Product.POSTGRESQL) {
      return column(business, "select gid from pg_prepared_xacts where gid <> ?", "");
    }
    if (path.isJoined() && product == Product.MARIADB) {
      return preparedInMariaDb();
    }
    return column(
        business,
        "select transaction_name from information_schema.in_doubt where transaction_name <> ?",
        "");
  }

  /** A server was killed, and so much time has passed as it takes to start another process. */
  void timePassedSinceKill() throws SQLException {
    update(queue, "update wb_node set seen_at = seen_at - 5000000");
  }

  private List<String> preparedInMariaDb() throws SQLException {
    try (Connection connection = business.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("xa recover")) {
      List<String> xids = new ArrayList<>();
      while (rows.next()) {
        xids.add(rows.getString("data"));
      }
      return xids;
    }
  }

  private static List<String> column(DataSource dataSource, String sql, String argument)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, argument);
      List<String> values = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          values.add(rows.getString(1));
        }
      }
      return values;
    }
  }

  static void update(DataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    if (product == Product.H2) {
      update(queue, "shutdown immediately");
    }
    if (!path.isJoined()) {
      update(business, "shutdown immediately");
    }
  }
}
