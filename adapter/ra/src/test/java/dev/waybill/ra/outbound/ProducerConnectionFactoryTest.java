package dev.waybill.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyConnectionManager;
import dev.waybill.ra.fake.TinyConnectionManager.Support;
import dev.waybill.ra.fake.TinyTransactions;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The container's side of a producer: factories, connections and handles. */
class ProducerConnectionFactoryTest {

  private final TinyTransactions transactions = new TinyTransactions();
  private final TinyAdapter adapter = new TinyAdapter(transactions, false);
  private final ProducerConnectionFactory factory = factoryOf(adapter);

  private static ProducerConnectionFactory factoryOf(TinyAdapter adapter) {
    ProducerConnectionFactory factory = new ProducerConnectionFactory();
    try {
      factory.setResourceAdapter(adapter);
    } catch (ResourceException e) {
      throw new AssertionError(e);
    }
    return factory;
  }

  /** Remembers the handles whose closing it was told of. */
  private static final class Closings implements jakarta.resource.spi.ConnectionEventListener {
    final List<Object> closed = new ArrayList<>();

    @Override
    public void connectionClosed(ConnectionEvent event) {
      closed.add(event.getConnectionHandle());
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {}

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {}

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {}

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {}
  }

  @Test
  void factoriesOfOneAdapterAreEqual() {
    assertThat(factoryOf(adapter)).isEqualTo(factory).hasSameHashCodeAs(factory);
    assertThat(factoryOf(new TinyAdapter(transactions, false))).isNotEqualTo(factory);
    assertThat(new ProducerConnectionFactory()).isEqualTo(new ProducerConnectionFactory());
  }

  @Test
  void producersAndReceiversOfOneAdapterAreTwoFactories() throws ResourceException {
    ReceiverConnectionFactory receivers = new ReceiverConnectionFactory();
    receivers.setResourceAdapter(adapter);

    assertThat(receivers).isNotEqualTo(factory);
    assertThat(factory).isNotEqualTo(receivers);
    assertThat(
            receivers.createConnectionFactory(
                new TinyConnectionManager(transactions, Support.XA_TRANSACTION)))
        .isInstanceOf(JndiQueueReceiver.class);
    assertThat(
            receivers.matchManagedConnections(
                Set.of(factory.createManagedConnection(null, null)), null, null))
        .isNull();
  }

  @Test
  void anotherAdapterIsRefused() {
    assertThatThrownBy(() -> new ProducerConnectionFactory().setResourceAdapter(null))
        .isInstanceOf(ResourceAdapterInternalException.class);
  }

  @Test
  void connectionFactoriesAreMadeBeforeTheAdapterStarts() {
    adapter.stop();

    assertThat(
            factory.createConnectionFactory(
                new TinyConnectionManager(transactions, Support.XA_TRANSACTION)))
        .isInstanceOf(JndiQueueProducer.class);
    assertThatThrownBy(factory::createConnectionFactory).isInstanceOf(NotSupportedException.class);
  }

  @Test
  void anyConnectionOfTheFactoryMatchesAndNoOther() {
    ManagedConnection mine = factory.createManagedConnection(null, null);
    ManagedConnection foreign =
        factoryOf(new TinyAdapter(transactions, false)).createManagedConnection(null, null);

    assertThat(factory.matchManagedConnections(Set.of(mine, foreign), null, null)).isSameAs(mine);
    assertThat(factory.matchManagedConnections(Set.of(foreign), null, null)).isNull();
    assertThat(factory.matchManagedConnections(new HashSet<>(), null, null)).isNull();
  }

  @Test
  void localTransactionsAreRefusedWithTheFix() {
    ManagedConnection connection = factory.createManagedConnection(null, null);

    assertThatThrownBy(connection::getLocalTransaction)
        .isInstanceOf(NotSupportedException.class)
        .hasMessageContaining("transactionSupport = XATransaction");
  }

  @Test
  void aConnectionKeepsItsXaResource() throws ResourceException {
    ManagedConnection connection = factory.createManagedConnection(null, null);

    assertThat(connection.getXAResource()).isSameAs(connection.getXAResource());
  }

  @Test
  void closingAHandleIsToldOnce() throws ResourceException {
    ManagedConnection connection = factory.createManagedConnection(null, null);
    Closings closings = new Closings();
    connection.addConnectionEventListener(closings);
    QueueConnection handle = (QueueConnection) connection.getConnection(null, null);

    handle.close();
    handle.close();

    assertThat(closings.closed).containsExactly(handle);
  }

  @Test
  void aHandleMovesToAnotherConnection() throws ResourceException {
    ManagedConnection first = factory.createManagedConnection(null, null);
    ManagedConnection second = factory.createManagedConnection(null, null);
    Closings ofFirst = new Closings();
    Closings ofSecond = new Closings();
    first.addConnectionEventListener(ofFirst);
    second.addConnectionEventListener(ofSecond);
    QueueConnection handle = (QueueConnection) first.getConnection(null, null);

    second.associateConnection(handle);
    first.cleanup();
    handle.close();

    assertThat(ofFirst.closed).isEmpty();
    assertThat(ofSecond.closed).containsExactly(handle);
    assertThatThrownBy(() -> second.associateConnection("something else"))
        .isInstanceOf(ResourceException.class);
  }

  @Test
  void cleanupMakesHandlesDead() throws ResourceException {
    ManagedConnection connection = factory.createManagedConnection(null, null);
    Closings closings = new Closings();
    connection.addConnectionEventListener(closings);
    QueueConnection handle = (QueueConnection) connection.getConnection(null, null);

    connection.cleanup();
    handle.close();

    assertThat(closings.closed).isEmpty();
    assertThat(connection.getMetaData().getEISProductName()).isEqualTo("Waybill");
  }
}
