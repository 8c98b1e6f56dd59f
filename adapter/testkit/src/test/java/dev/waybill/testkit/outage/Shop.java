package dev.waybill.testkit.outage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.ra.WaybillResourceAdapter;
import dev.waybill.ra.inbound.QueueActivationSpec;
import dev.waybill.ra.outbound.ProducerConnectionFactory;
import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.connections.EnlistingDataSource;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.TransactionAttribute;
import dev.waybill.testkit.faults.FaultyDataSource;
import dev.waybill.testkit.outbound.TransactionLevel;
import jakarta.resource.ResourceException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A server with an application on PostgreSQL whose queue is joined: it takes orders and handles
 * them, in one database behind one pool.
 */
final class Shop implements AutoCloseable {

  static final String ORDERS = "shop:orders";

  final SimulatedContainer container = SimulatedContainer.threaded(24);
  final WaybillResourceAdapter adapter = new WaybillResourceAdapter();
  final HikariDataSource pool;
  final CountingDataSource asked;
  final FaultyDataSource driver;
  final EnlistingDataSource application;
  private QueueProducer producer;

  private Shop(String url, int connections) {
    pool = pool(url, connections);
    asked = new CountingDataSource(pool);
    driver = container.faulty(asked);
    String name = "jdbc/shop-" + UUID.randomUUID();
    application = container.localDataSource(name, driver);
    adapter.setDataSource(name);
    adapter.setNodeName("node-1");
    adapter.setPollInterval("200ms");
    adapter.setDrainTimeout("10s");
  }

  static HikariDataSource pool(String url, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setPoolName("shop");
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(1_000);
    config.setValidationTimeout(500);
    // a server's pool, too, is there before its database
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Creates the tables of the application. */
  static void prepare(String url) throws SQLException {
    // Without keys: what happened twice is there twice.
    execute(url, "create table orders (id varchar(60) not null)");
    execute(url, "create table handled (id varchar(60) not null, attempt int not null)");
  }

  static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static Shop open(String url) throws ResourceException {
    return open(url, 16, adapter -> {});
  }

  static Shop open(String url, int connections, Consumer<WaybillResourceAdapter> configure)
      throws ResourceException {
    Shop shop = new Shop(url, connections);
    configure.accept(shop.adapter);
    shop.container.start(shop.adapter);
    shop.producer =
        shop.container.connectionFactory(
            QueueProducer.class, new ProducerConnectionFactory(), TransactionLevel.XA_TRANSACTION);
    return shop;
  }

  QueueProducer producer() {
    return producer;
  }

  void deploy(String bean, QueueListener listener, Consumer<QueueActivationSpec> configure)
      throws ResourceException {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(ORDERS);
    spec.setLeaseDuration("30s");
    spec.setRetrySchedule("100ms,100ms,100ms,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s");
    spec.setMaxConcurrency("4");
    configure.accept(spec);
    container.activate(
        EndpointSettings.of(bean, TransactionAttribute.REQUIRED),
        QueueListener.class,
        listener,
        spec);
  }

  /** Deploys the bean that handles orders. */
  void handleOrders() throws ResourceException {
    deploy("OrderBean", this::handle, spec -> {});
  }

  void handle(Message message) throws SQLException {
    try (Connection connection = application.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into handled values (?, ?)")) {
      insert.setString(1, message.text());
      insert.setInt(2, message.attempts());
      insert.executeUpdate();
    }
  }

  /** Takes an order: one transaction with its row and its message. */
  void order(String id) throws Exception {
    container
        .transactions()
        .inTransaction(
            () -> {
              try (Connection connection = application.getConnection();
                  PreparedStatement insert =
                      connection.prepareStatement("insert into orders values (?)")) {
                insert.setString(1, id);
                insert.executeUpdate();
              }
              return producer.send(OutgoingMessage.to(ORDERS).text(id).build());
            });
  }

  @Override
  public void close() {
    container.close();
    pool.close();
  }
}
