package dev.waybill.testkit.endpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.TinyAdapter;
import dev.waybill.testkit.faults.RecordingXaResource;
import jakarta.ejb.EJBException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkManager;
import jakarta.transaction.Status;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointContractTest {

  /** What the beans of these tests listen to. */
  public interface Listener {
    void hear(String word) throws Exception;
  }

  private final TinyAdapter adapter = new TinyAdapter();
  private final SimulatedContainer container = SimulatedContainer.threaded(4);
  private final RecordingXaResource resource = new RecordingXaResource();
  private final List<String> heard = new ArrayList<>();
  private final Method hear;

  EndpointContractTest() throws NoSuchMethodException {
    hear = Listener.class.getMethod("hear", String.class);
  }

  @BeforeEach
  void start() throws ResourceException {
    container.start(adapter);
  }

  @AfterEach
  void stop() {
    container.close();
  }

  @Test
  void aReturnCommitsTheTransactionInOnePhase() throws Exception {
    required(heard::add);
    onWork(() -> deliver("word"));
    assertThat(heard).containsExactly("word");
    assertThat(resource.calls()).containsExactly("start", "end", "commitOnePhase");
    container.checker().assertClean();
  }

  @Test
  void aRuntimeExceptionRollsBackInAfterDeliveryAndNotBefore() throws Exception {
    required(
        word -> {
          throw new IllegalArgumentException(word);
        });
    onWork(
        () -> {
          Listener endpoint = endpoint();
          ((MessageEndpoint) endpoint).beforeDelivery(hear);
          assertThatThrownBy(() -> endpoint.hear("word")).isInstanceOf(EJBException.class);
          assertThat(container.transactions().status()).isEqualTo(Status.STATUS_ACTIVE);
          ((MessageEndpoint) endpoint).afterDelivery();
          ((MessageEndpoint) endpoint).release();
          return null;
        });
    assertThat(resource.calls()).containsExactly("start", "end", "rollback");
    container.checker().assertClean();
  }

  @Test
  void aCheckedExceptionCommitsUnlessTheAdapterMarksTheTransaction() throws Exception {
    required(
        word -> {
          throw new java.io.IOException(word);
        });
    onWork(() -> deliver("word"));
    assertThat(resource.calls()).containsExactly("start", "end", "commitOnePhase");
  }

  @Test
  void rollbackOnlyIsSeenAsMarkedAndRollsBack() throws Exception {
    required(word -> container.transactions().manager().setRollbackOnly());
    onWork(
        () -> {
          Listener endpoint = endpoint();
          ((MessageEndpoint) endpoint).beforeDelivery(hear);
          endpoint.hear("word");
          assertThat(container.transactions().status()).isEqualTo(Status.STATUS_MARKED_ROLLBACK);
          ((MessageEndpoint) endpoint).afterDelivery();
          ((MessageEndpoint) endpoint).release();
          return null;
        });
    assertThat(resource.calls()).containsExactly("start", "end", "rollback");
  }

  @Test
  void afterDeliveryThrowsOnlyWhereAsked() throws Exception {
    activate(
        EndpointSettings.of("Bean", TransactionAttribute.REQUIRED).withAfterDeliveryThrowing(),
        word -> container.transactions().manager().setRollbackOnly());
    onWork(
        () -> {
          Listener endpoint = endpoint();
          ((MessageEndpoint) endpoint).beforeDelivery(hear);
          endpoint.hear("word");
          assertThatThrownBy(() -> ((MessageEndpoint) endpoint).afterDelivery())
              .isInstanceOf(ResourceException.class);
          ((MessageEndpoint) endpoint).release();
          return null;
        });
  }

  @Test
  void aBeanWithoutTransactionSeesNone() throws Exception {
    List<Integer> status = new ArrayList<>();
    activate(
        EndpointSettings.of("Bean", TransactionAttribute.NOT_SUPPORTED),
        word -> status.add(container.transactions().status()));
    assertThat(adapter.endpoints.isDeliveryTransacted(hear)).isFalse();
    onWork(() -> deliver("word"));
    assertThat(status).containsExactly(Status.STATUS_NO_TRANSACTION);
    assertThat(resource.calls()).isEmpty();
  }

  @Test
  void aTransactionTheBeanDidNotEndIsRolledBack() throws Exception {
    activate(
        EndpointSettings.of("Bean", TransactionAttribute.BEAN_MANAGED),
        word -> container.transactions().userTransaction().begin());
    onWork(
        () -> {
          Listener endpoint = endpoint();
          ((MessageEndpoint) endpoint).beforeDelivery(hear);
          assertThatThrownBy(() -> endpoint.hear("word"))
              .hasMessageContaining("did not end its transaction");
          ((MessageEndpoint) endpoint).afterDelivery();
          ((MessageEndpoint) endpoint).release();
          return null;
        });
    container.checker().assertClean();
  }

  @Test
  void aFullPoolIsUnavailableUntilAnEndpointIsReleased() throws Exception {
    activate(
        EndpointSettings.of("Bean", TransactionAttribute.REQUIRED).withPoolSize(1), heard::add);
    onWork(
        () -> {
          MessageEndpoint first = adapter.endpoints.createEndpoint(null);
          assertThatThrownBy(() -> adapter.endpoints.createEndpoint(null))
              .isInstanceOf(UnavailableException.class);
          first.release();
          adapter.endpoints.createEndpoint(null, 10).release();
          return null;
        });
    container.checker().assertClean();
  }

  @Test
  void aListenerCalledOutsideADeliveryIsAViolation() throws Exception {
    required(heard::add);
    onWork(
        () -> {
          Listener endpoint = endpoint();
          endpoint.hear("word");
          ((MessageEndpoint) endpoint).release();
          return null;
        });
    assertViolation("outside a delivery");
  }

  @Test
  void aReleaseWithoutAfterDeliveryIsAViolation() throws Exception {
    required(heard::add);
    onWork(
        () -> {
          Listener endpoint = endpoint();
          ((MessageEndpoint) endpoint).beforeDelivery(hear);
          ((MessageEndpoint) endpoint).release();
          return null;
        });
    assertViolation("without afterDelivery");
    assertThat(resource.calls()).containsExactly("start", "end", "rollback");
  }

  @Test
  void afterDeliveryWithoutBeforeDeliveryIsAViolation() throws Exception {
    required(heard::add);
    onWork(
        () -> {
          MessageEndpoint endpoint = (MessageEndpoint) endpoint();
          assertThatThrownBy(endpoint::afterDelivery).isInstanceOf(IllegalStateException.class);
          endpoint.release();
          return null;
        });
    assertViolation("without beforeDelivery");
  }

  @Test
  void useAfterReleaseIsAViolation() throws Exception {
    required(heard::add);
    onWork(
        () -> {
          MessageEndpoint endpoint = (MessageEndpoint) endpoint();
          endpoint.release();
          assertThatThrownBy(() -> endpoint.beforeDelivery(hear))
              .isInstanceOf(IllegalStateException.class);
          return null;
        });
    assertViolation("after its release");
  }

  @Test
  void aDeliveryOnAThreadOfItsOwnIsAViolation() throws Exception {
    required(heard::add);
    deliver("word");
    assertThat(container.checker().violations())
        .allSatisfy(text -> assertThat(text).contains("does not belong to the WorkManager"))
        .hasSize(2);
  }

  @Test
  void twoThreadsInOneEndpointAreAViolation() throws Exception {
    AtomicReference<Listener> endpoint = new AtomicReference<>();
    required(word -> onWork(() -> callBack(endpoint.get())));
    onWork(
        () -> {
          endpoint.set(endpoint());
          ((MessageEndpoint) endpoint.get()).beforeDelivery(hear);
          endpoint.get().hear("word");
          ((MessageEndpoint) endpoint.get()).afterDelivery();
          ((MessageEndpoint) endpoint.get()).release();
          return null;
        });
    assertThat(container.checker().violations())
        .anySatisfy(text -> assertThat(text).contains("while thread"));
  }

  private Object callBack(Listener endpoint) {
    assertThatThrownBy(() -> ((MessageEndpoint) endpoint).beforeDelivery(hear))
        .isInstanceOf(IllegalStateException.class);
    return null;
  }

  @Test
  void anEndpointKeptAtStopIsAViolation() throws Exception {
    required(heard::add);
    onWork(() -> adapter.endpoints.createEndpoint(null));
    container.close();
    assertViolation("was not released");
  }

  private void assertViolation(String text) {
    assertThat(container.checker().violations()).singleElement().asString().contains(text);
  }

  private void required(Listener listener) throws ResourceException {
    activate(EndpointSettings.of("Bean", TransactionAttribute.REQUIRED), listener);
  }

  private void activate(EndpointSettings settings, Listener listener) throws ResourceException {
    container.activate(settings, Listener.class, listener, new TinyAdapter.Spec());
  }

  private Listener endpoint() throws UnavailableException {
    return (Listener) adapter.endpoints.createEndpoint(resource);
  }

  private Object deliver(String word) throws Exception {
    Listener endpoint = endpoint();
    ((MessageEndpoint) endpoint).beforeDelivery(hear);
    try {
      endpoint.hear(word);
    } catch (Exception e) {
      heard.add("threw " + e.getClass().getSimpleName());
    }
    ((MessageEndpoint) endpoint).afterDelivery();
    ((MessageEndpoint) endpoint).release();
    return null;
  }

  private void onWork(Callable<?> call) throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    WorkManager manager = adapter.context.getWorkManager();
    manager.doWork(
        new Work() {
          @Override
          public void run() {
            try {
              call.call();
            } catch (Throwable e) {
              thrown.set(e);
            }
          }

          @Override
          public void release() {}
        });
    if (thrown.get() != null) {
      throw new AssertionError(thrown.get());
    }
  }
}
