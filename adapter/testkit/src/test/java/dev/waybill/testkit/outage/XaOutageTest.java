package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

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
import dev.waybill.testkit.outbound.TransactionLevel;
import dev.waybill.testkit.postgres.PostgresServer;
import jakarta.resource.spi.ActivationSpec;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queue's PostgreSQL goes away under two-phase transactions with another database. */
class XaOutageTest {

  private final JdbcDataSource business = new JdbcDataSource();
  private final SimulatedContainer container = SimulatedContainer.threaded(24);
  private final WaybillResourceAdapter adapter = new WaybillResourceAdapter();
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ExecutorService customers = Executors.newFixedThreadPool(3);
  private final CountDownLatch gone = new CountDownLatch(3);
  private final LogLines log = new LogLines();
  private PostgresServer server;
  private HikariDataSource pool;
  private CountingDataSource asked;
  private EnlistingDataSource application;
  private QueueProducer producer;
  private volatile boolean going = true;

  @BeforeEach
  void start() throws Exception {
    server = PostgresServer.builder().setting("fsync", "off").start();
    pool = Shop.pool(server.createDatabase("queue"), 16);
    asked = new CountingDataSource(pool);
    business.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
    inBusiness("create table orders (id varchar(60))");
    inBusiness("create table handled (id varchar(60))");
    String unique = UUID.randomUUID().toString();
    application = container.xaDataSource("jdbc/app-" + unique, business);
    container.bind("jdbc/queue-" + unique, container.faulty(asked));
    adapter.setDataSource("jdbc/queue-" + unique);
    adapter.setNodeName("node-1");
    adapter.setPollInterval("200ms");
    container.start(adapter);
    producer =
        container.connectionFactory(
            QueueProducer.class, new ProducerConnectionFactory(), TransactionLevel.XA_TRANSACTION);
  }

  @AfterEach
  void stop() throws IOException, SQLException {
    going = false;
    customers.shutdownNow();
    container.close();
    log.close();
    pool.close();
    server.close();
    inBusiness("shutdown immediately");
  }

  private void handleOrders() throws Exception {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(Shop.ORDERS);
    spec.setMaxConcurrency("4");
    spec.setRetrySchedule("100ms,100ms,100ms,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s");
    container.activate(
        EndpointSettings.of("OrderBean", TransactionAttribute.REQUIRED),
        QueueListener.class,
        this::handle,
        spec);
  }

  private void handle(Message message) throws SQLException {
    insert("handled", message.text());
  }

  private void insert(String table, String id) throws SQLException {
    try (Connection connection = application.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into " + table + " values (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
  }

  private void buy() {
    try {
      while (going) {
        String id = "order-" + next.incrementAndGet();
        try {
          order(id);
          accepted.add(id);
        } catch (InterruptedException e) {
          return;
        } catch (Exception e) {
          // customers come back after a while, not at once
          new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      gone.countDown();
    }
  }

  private void order(String id) throws Exception {
    container
        .transactions()
        .inTransaction(
            () -> {
              insert("orders", id);
              return producer.send(OutgoingMessage.to(Shop.ORDERS).text(id).build());
            });
  }

  private void awaitMore(int orders) {
    int before = accepted.size();
    await("orders go on").until(() -> accepted.size() >= before + orders);
  }

  @Tag("C2")
  @Tag("C12")
  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("G4")
  @Test
  void aDatabaseThatIsKilledUnderLoadLosesNothingAndDoublesNothing() throws Exception {
    handleOrders();
    for (int i = 0; i < 3; i++) {
      customers.execute(this::buy);
    }
    awaitMore(30);
    server.kill();
    await("the outage is said").until(() -> !log.of("WB-0101").isEmpty());
    long before = asked.asked();
    long from = System.nanoTime();
    await().until(() -> System.nanoTime() - from > TimeUnit.SECONDS.toNanos(2));
    // Most of them by customers.
    assertThat(asked.asked() - before).as("connections asked for in 2 s").isLessThan(150);
    server.start();
    await("its end is said").until(() -> log.of("WB-0103").size() == log.of("WB-0101").size());
    awaitMore(30);
    going = false;
    assertThat(gone.await(60, TimeUnit.SECONDS)).as("customers have gone").isTrue();

    await("recovery finishes what is in doubt, and all is handled")
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              container.recover();
              return inQueue(
                          "select id from wb_branch where state in"
                              + " ('PREPARED', 'COMMITTED_UNRELEASED')")
                      .isEmpty()
                  && inBusiness("select transaction_name from information_schema.in_doubt")
                      .isEmpty()
                  && inQueue("select 1 from wb_delivery").isEmpty();
            });
    List<String> orders = inBusiness("select id from orders order by id");
    assertThat(orders).doesNotHaveDuplicates().containsAll(accepted);
    assertThat(inBusiness("select id from handled order by id")).isEqualTo(orders);
    assertThat(log.of("WB-0101").size()).isLessThanOrEqualTo(2);
    assertThat(log.of("WB-0199", "WB-0006", "WB-0007", "WB-0202", "WB-0301")).isEmpty();
    container.checker().assertClean();
  }

  @Tag("C13")
  @Tag("UNAVAILABLE")
  @Test
  void recoveryIsNeverToldThatThereIsNothingWhileTheDatabaseIsAway() throws Exception {
    order("first");
    XAResource recovery = adapter.getXAResources(new ActivationSpec[0])[0];
    assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).isEmpty();
    server.kill();
    for (int i = 0; i < 2; i++) {
      XAException away =
          catchThrowableOfType(XAException.class, () -> recovery.recover(XAResource.TMSTARTRSCAN));
      assertThat(away.errorCode).isEqualTo(XAException.XAER_RMFAIL);
    }
    server.start();
    await()
        .ignoreException(XAException.class)
        .until(() -> recovery.recover(XAResource.TMSTARTRSCAN).length == 0);
    assertThat(inBusiness("select id from orders")).containsExactly("first");
  }

  private List<String> inQueue(String query) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return column(connection, query);
    }
  }

  private List<String> inBusiness(String query) throws SQLException {
    try (Connection connection = business.getConnection()) {
      return column(connection, query);
    }
  }

  private static List<String> column(Connection connection, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(query)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            values.add(rows.getString(1));
          }
        }
      }
    }
    return values;
  }
}
