package dev.waybill.testkit.adapter;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueBatchListener;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import dev.waybill.ra.WaybillResourceAdapter;
import dev.waybill.ra.inbound.QueueActivationSpec;
import dev.waybill.ra.outbound.ProducerConnectionFactory;
import dev.waybill.ra.outbound.ReceiverConnectionFactory;
import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.connections.EnlistingDataSource;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.SimulatedEndpointFactory;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyDataSource;
import dev.waybill.testkit.outbound.TransactionLevel;
import jakarta.resource.ResourceException;
import java.util.UUID;
import java.util.function.Consumer;

/** A simulated container that runs Waybill on the databases of a scenario. */
final class WaybillServer implements AutoCloseable {

  final SimulatedContainer container = SimulatedContainer.threaded(12);
  final WaybillResourceAdapter adapter = new WaybillResourceAdapter();
  final Databases databases;

  /** The driver of the queue's connections, except where they are XA. */
  final FaultyDataSource queueDriver;

  /** What the bean writes with. */
  final EnlistingDataSource application;

  private WaybillServer(Databases databases) {
    this.databases = databases;
    String unique = UUID.randomUUID().toString();
    queueDriver = container.faulty(databases.queue());
    String applicationName = "jdbc/app-" + unique;
    application =
        switch (databases.path()) {
          case JOINED -> container.localDataSource(applicationName, queueDriver);
          case JOINED_HIDDEN -> hidden(applicationName);
          default -> container.xaDataSource(applicationName, databases.businessXa());
        };
    String queueName = applicationName;
    if (!databases.path().isJoined()) {
      queueName = "jdbc/queue-" + unique;
      container.bind(queueName, queueDriver);
    }
    adapter.setDataSource(queueName);
    adapter.setNodeName("node-1");
    adapter.setPollInterval("50ms");
    adapter.setDrainTimeout("5s");
    adapter.setReleaseHold("1s");
  }

  private EnlistingDataSource hidden(String name) {
    EnlistingDataSource hidden =
        container.localDataSource(name, queueDriver).withAutoCommitReadingTrue();
    container.bind(name, hidden);
    adapter.setCommitPath("joined");
    return hidden;
  }

  static WaybillServer start(Databases databases) throws ResourceException {
    return start(databases, adapter -> {});
  }

  static WaybillServer start(Databases databases, Consumer<WaybillResourceAdapter> configure)
      throws ResourceException {
    WaybillServer server = new WaybillServer(databases);
    configure.accept(server.adapter);
    server.container.start(server.adapter);
    return server;
  }

  /** The faults of the resource that carries the queue's part of a transaction. */
  Faults resourceFaults() {
    return databases.path().isJoined() ? application.faults() : container.adapterFaults();
  }

  QueueProducer producer() throws ResourceException {
    return producer(TransactionLevel.XA_TRANSACTION);
  }

  QueueProducer producer(TransactionLevel level) throws ResourceException {
    return container.connectionFactory(QueueProducer.class, new ProducerConnectionFactory(), level);
  }

  QueueReceiver receiver() throws ResourceException {
    return receiver(TransactionLevel.XA_TRANSACTION);
  }

  QueueReceiver receiver(TransactionLevel level) throws ResourceException {
    return container.connectionFactory(QueueReceiver.class, new ReceiverConnectionFactory(), level);
  }

  SimulatedEndpointFactory deploy(
      String bean, String queue, QueueListener listener, Consumer<QueueActivationSpec> configure)
      throws ResourceException {
    return deploy(
        EndpointSettings.of(bean, databases.path().attribute()), queue, listener, configure);
  }

  SimulatedEndpointFactory deploy(
      EndpointSettings settings,
      String queue,
      QueueListener listener,
      Consumer<QueueActivationSpec> configure)
      throws ResourceException {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(queue);
    spec.setLeaseDuration("1s");
    spec.setRetrySchedule("0s,0s,0s,0s,0s,0s,0s,0s,0s,0s");
    configure.accept(spec);
    return container.activate(settings, QueueListener.class, listener, spec);
  }

  /** A bean that gets the orders in batches. */
  SimulatedEndpointFactory deployBatches(
      QueueBatchListener listener, Consumer<QueueActivationSpec> configure)
      throws ResourceException {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(OrderBean.ORDERS);
    spec.setRetrySchedule("0s,0s,0s,0s,0s,0s,0s,0s,0s,0s");
    configure.accept(spec);
    EndpointSettings settings = EndpointSettings.of("Batches", databases.path().attribute());
    return container.activate(settings, QueueBatchListener.class, listener, spec);
  }

  static OutgoingMessage message(String queue, String text) {
    return OutgoingMessage.to(queue).text(text).build();
  }

  ContractChecker checker() {
    return container.checker();
  }

  @Override
  public void close() {
    container.close();
  }
}
