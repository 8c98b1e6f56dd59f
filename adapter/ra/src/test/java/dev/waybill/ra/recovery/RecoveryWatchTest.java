package dev.waybill.ra.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.ra.LogLines;
import dev.waybill.ra.StepScheduler;
import dev.waybill.ra.lifecycle.EmptyStore;
import dev.waybill.ra.lifecycle.EnlistmentProbe;
import dev.waybill.ra.lifecycle.OpenStore;
import dev.waybill.ra.lifecycle.StoreLifecycle;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C13")
@Tag("G4")
class RecoveryWatchTest {

  private static final BranchId BRANCH = new BranchId(7, "0a", "0b");
  private static final RecoverySettings OFF = new RecoverySettings(true, false, Optional.empty());
  private static final RecoverySettings DELAYED =
      new RecoverySettings(true, true, Optional.of(Duration.ofSeconds(20)));
  private static final RecoverySettings AT_ONCE =
      new RecoverySettings(true, true, Optional.empty());

  private final StepScheduler scheduler = new StepScheduler();
  private final List<BranchId> inDoubt = new ArrayList<>();
  private final List<BranchId> held = new ArrayList<>();
  private final BranchStore branches =
      (BranchStore)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {BranchStore.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("leftBehind")) {
                  return List.copyOf(inDoubt);
                }
                if (method.getName().equals("hold")) {
                  ((Collection<?>) arguments[0]).forEach(id -> held.add((BranchId) id));
                  return null;
                }
                throw new UnsupportedOperationException(method.getName());
              });
  private final OpenStore open = new OpenStore(new EmptyStore(branches), false, "test");
  private final StoreLifecycle store = new StoreLifecycle(() -> open, new StepScheduler());
  private final RecoveryResource resource =
      new RecoveryResource(
          new RecordingResource(BRANCH.toXid()),
          store,
          new EnlistmentProbe(Optional.empty(), true),
          Duration.ZERO,
          getClass().getClassLoader());

  private RecoveryWatch watch(RecoverySettings settings) {
    return new RecoveryWatch(resource, settings, scheduler, "node-1");
  }

  @Test
  void branchesThatRecoveryDidNotAskForAreHeldWithOneError() {
    inDoubt.add(BRANCH);
    try (LogLines log = new LogLines()) {
      watch(AT_ONCE).opened(open);
      scheduler.step();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("SEVERE WB-0023 1 branches of node node-1 ")
          .contains("recover-txn-delay");
    }
    assertThat(held).containsExactly(BRANCH);
  }

  @Test
  void theConfiguredDelayIsWaitedFor() {
    inDoubt.add(BRANCH);
    watch(DELAYED).opened(open);
    assertThat(scheduler.step()).isGreaterThan(Duration.ofSeconds(20));
  }

  @Test
  void whatRecoveryAskedForIsNotHeld() throws Exception {
    inDoubt.add(BRANCH);
    try (LogLines log = new LogLines()) {
      watch(DELAYED).opened(open);
      resource.recover(XAResource.TMSTARTRSCAN);
      scheduler.step();
      assertThat(log.lines()).filteredOn(line -> line.contains("WB-0023")).isEmpty();
      assertThat(held).isEmpty();
    }
  }

  @Test
  void whatIsFinishedMeanwhileIsNotHeld() {
    inDoubt.add(BRANCH);
    try (LogLines log = new LogLines()) {
      watch(AT_ONCE).opened(open);
      inDoubt.clear();
      scheduler.step();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void withNothingInDoubtNothingIsSaid() {
    try (LogLines log = new LogLines()) {
      watch(AT_ONCE).opened(open);
      assertThat(scheduler.size()).isZero();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void recoveryThatIsOffIsAWarningOnceTheFirstBranchIsPrepared() {
    RecoveryWatch watch = watch(OFF);
    try (LogLines log = new LogLines()) {
      watch.opened(open);
      assertThat(log.lines()).isEmpty();
      watch.prepared();
      watch.prepared();
      assertThat(log.lines()).singleElement().asString().startsWith("WARNING WB-0022 ");
    }
  }

  @Test
  void recoveryThatIsOnNeedsNoWords() {
    try (LogLines log = new LogLines()) {
      watch(DELAYED).prepared();
      assertThat(log.lines()).isEmpty();
    }
  }
}
