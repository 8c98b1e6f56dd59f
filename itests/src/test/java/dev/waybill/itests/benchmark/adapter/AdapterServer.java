package dev.waybill.itests.benchmark.adapter;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.ra.WaybillResourceAdapter;
import dev.waybill.ra.inbound.QueueActivationSpec;
import dev.waybill.ra.outbound.ProducerConnectionFactory;
import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.connections.EnlistingDataSource;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.SimulatedEndpointFactory;
import dev.waybill.testkit.endpoints.TransactionAttribute;
import dev.waybill.testkit.outbound.TransactionLevel;
import jakarta.resource.ResourceException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The adapter in a simulated container, with pooled connections. */
final class AdapterServer implements AutoCloseable {

  private static final String QUEUE = "orders:placed";
  private static final int WORK_THREADS = 16;
  private static final int CONNECTIONS = 16;
  private static final int AT_ONCE = 100;

  private final Wiring wiring;
  private final SimulatedContainer container = SimulatedContainer.threaded(WORK_THREADS);
  private final HikariDataSource pool;
  private final PooledXaDataSource businessPool;
  private final EnlistingDataSource application;
  private final QueueProducer producer;

  AdapterServer(Wiring wiring, Database queue, Database business) throws ResourceException {
    this.wiring = wiring;
    String unique = UUID.randomUUID().toString();
    HikariConfig config = new HikariConfig();
    config.setDataSource(queue.driver());
    config.setMaximumPoolSize(CONNECTIONS);
    pool = new HikariDataSource(config);
    businessPool = new PooledXaDataSource(business.xaDriver());
    WaybillResourceAdapter adapter = new WaybillResourceAdapter();
    if (wiring == Wiring.JOINED) {
      application = container.localDataSource("jdbc/app-" + unique, container.faulty(pool));
      adapter.setDataSource("jdbc/app-" + unique);
    } else {
      application = container.xaDataSource("jdbc/app-" + unique, businessPool);
      container.bind("jdbc/queue-" + unique, pool);
      adapter.setDataSource("jdbc/queue-" + unique);
    }
    adapter.setNodeName("node-1");
    container.start(adapter);
    producer =
        container.connectionFactory(
            QueueProducer.class, new ProducerConnectionFactory(), TransactionLevel.XA_TRANSACTION);
  }

  /** A bean that books what it receives. */
  SimulatedEndpointFactory deploy(int concurrency, Runnable handled) throws ResourceException {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(QUEUE);
    spec.setMaxConcurrency(Integer.toString(concurrency));
    QueueListener bean = message -> handle(message, handled);
    return container.activate(
        EndpointSettings.of("Bookkeeper", TransactionAttribute.REQUIRED).withPoolSize(concurrency),
        QueueListener.class,
        bean,
        spec);
  }

  private void handle(Message message, Runnable handled) throws SQLException {
    String body = message.text();
    if (wiring != Wiring.XA_ALONE) {
      Transacted.book(application, Transacted.number(body), Transacted.bytes(body));
    }
    handled.run();
  }

  /** Makes the consumer group known, so that what is sent is owed to it. */
  void createGroup() throws ResourceException {
    container.deactivate(deploy(1, () -> {}));
  }

  /** Fills the queue. */
  void fill(List<Item> items) {
    for (int i = 0; i < items.size(); i += AT_ONCE) {
      List<OutgoingMessage> batch = new ArrayList<>();
      items
          .subList(i, Math.min(items.size(), i + AT_ONCE))
          .forEach(item -> batch.add(message(item)));
      producer.sendBatch(batch);
    }
  }

  /** Places an order and sends it, in one transaction. */
  void placeAndSend(Item item) throws Exception {
    container
        .transactions()
        .inTransaction(
            () -> {
              if (wiring != Wiring.XA_ALONE) {
                Transacted.place(application, item);
              }
              return producer.send(message(item));
            });
  }

  private static OutgoingMessage message(Item item) {
    return OutgoingMessage.to(QUEUE)
        .text(Transacted.text(item))
        .priority(item.priority())
        .delay(Duration.of(item.delayMicros(), ChronoUnit.MICROS))
        .orderingKey(item.key() == null ? null : "k" + item.key())
        .build();
  }

  @Override
  public void close() {
    container.close();
    container.checker().assertClean();
    pool.close();
    try {
      businessPool.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
