package dev.waybill.ra.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.BranchId;
import dev.waybill.ra.LogLines;
import dev.waybill.ra.StepScheduler;
import dev.waybill.ra.lifecycle.EmptyStore;
import dev.waybill.ra.lifecycle.EnlistmentProbe;
import dev.waybill.ra.lifecycle.OpenStore;
import dev.waybill.ra.lifecycle.StoreLifecycle;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C13")
@Tag("G4")
class RecoveryResourceTest {

  private static final ClassLoader ADAPTER = new ClassLoader("adapter", null) {};
  private static final Xid XID = new BranchId(7, "0a", "0b").toXid();
  private static final int WHOLE = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

  private final StepScheduler scheduler = new StepScheduler();
  private final StoreLifecycle store =
      new StoreLifecycle(() -> new OpenStore(new EmptyStore(), false, "test"), scheduler);
  private final RecordingResource branches = new RecordingResource(XID);

  private RecoveryResource resource(Duration atMost) {
    return new RecoveryResource(
        branches, store, new EnlistmentProbe(Optional.empty(), true), atMost, ADAPTER);
  }

  @Test
  void aRecoveryPassWaitsUntilTheStoreIsOpen() throws Exception {
    RecoveryResource resource = resource(Duration.ofMinutes(1));
    CompletableFuture<Xid[]> pass =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return resource.recover(WHOLE);
              } catch (XAException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThatThrownBy(() -> pass.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(resource.wasAsked()).isFalse();
    store.start(Duration.ZERO);
    scheduler.step();
    assertThat(pass.get(60, TimeUnit.SECONDS)).containsExactly(XID);
  }

  @Test
  void aPassThatWaitedInVainIsAnErrorInTheLog() throws Exception {
    try (LogLines log = new LogLines()) {
      resource(Duration.ofMillis(1)).recover(WHOLE);
      assertThat(log.lines()).singleElement().asString().startsWith("SEVERE WB-0024 ");
    }
  }

  @Test
  void onlyTheBeginningOfAScanWaits() throws Exception {
    assertThat(resource(Duration.ofMinutes(1)).recover(XAResource.TMNOFLAGS)).containsExactly(XID);
  }

  @Test
  void decisionsReachTheBranchesWithTheAdaptersLoader() throws Exception {
    RecoveryResource resource = resource(Duration.ZERO);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    resource.commit(XID, false);
    resource.rollback(XID);
    resource.forget(XID);
    assertThat(branches.calls()).containsExactly("commit", "rollback", "forget");
    assertThat(branches.loaders()).containsOnly(ADAPTER);
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void afterTheStopItFailsRatherThanFindingNothing() {
    RecoveryResource resource = resource(Duration.ZERO);
    resource.close();
    assertThatThrownBy(() -> resource.recover(WHOLE))
        .isInstanceOfSatisfying(
            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
    assertThat(resource.wasAsked()).isFalse();
  }

  @Test
  void aPassThatFailedDoesNotCountAsAsked() throws Exception {
    RecoveryResource failing =
        new RecoveryResource(
            failing(), store, new EnlistmentProbe(Optional.empty(), true), Duration.ZERO, ADAPTER);
    assertThatThrownBy(() -> failing.recover(WHOLE)).isInstanceOf(XAException.class);
    assertThat(failing.wasAsked()).isFalse();

    RecoveryResource resource = resource(Duration.ZERO);
    resource.recover(XAResource.TMENDRSCAN);
    assertThat(resource.wasAsked()).isFalse();
    resource.recover(WHOLE);
    assertThat(resource.wasAsked()).isTrue();
  }

  private void open() {
    store.start(Duration.ZERO);
    scheduler.step();
  }

  private RecoveryResource failingAtFirst(int times, Duration atMost) {
    AtomicInteger left = new AtomicInteger(times);
    XAResource resource =
        (XAResource)
            Proxy.newProxyInstance(
                RecoveryResourceTest.class.getClassLoader(),
                new Class<?>[] {XAResource.class},
                (proxy, method, arguments) -> {
                  if (left.getAndDecrement() > 0) {
                    throw new XAException(XAException.XAER_RMFAIL);
                  }
                  return new Xid[] {XID};
                });
    return new RecoveryResource(
        resource, store, new EnlistmentProbe(Optional.empty(), true), atMost, ADAPTER);
  }

  @Test
  void aPassWaitsUntilAnOpenStoreAnswers() throws Exception {
    open();
    try (LogLines log = new LogLines()) {
      assertThat(failingAtFirst(2, Duration.ofMinutes(1)).recover(WHOLE)).containsExactly(XID);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void anOpenStoreThatDoesNotAnswerIsAnErrorInTheLogAndNotAnEmptyAnswer() {
    open();
    try (LogLines log = new LogLines()) {
      RecoveryResource resource = failingAtFirst(9, Duration.ZERO);
      assertThatThrownBy(() -> resource.recover(WHOLE)).isInstanceOf(XAException.class);
      assertThat(resource.wasAsked()).isFalse();
      assertThat(log.lines()).singleElement().asString().startsWith("SEVERE WB-0024 ");
    }
  }

  private static XAResource failing() {
    return (XAResource)
        Proxy.newProxyInstance(
            RecoveryResourceTest.class.getClassLoader(),
            new Class<?>[] {XAResource.class},
            (proxy, method, arguments) -> {
              throw new XAException(XAException.XAER_RMFAIL);
            });
  }

  @Test
  @Tag("C6")
  void twoAdaptersAreTwoResourceManagers() {
    RecoveryResource one = resource(Duration.ZERO);
    assertThat(one.isSameRM(one)).isTrue();
    assertThat(one.isSameRM(resource(Duration.ZERO))).isFalse();
  }
}
