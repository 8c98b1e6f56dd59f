package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What still runs when the adapter stops ends soon, and says nothing. */
class StopTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final RecordingLogger logger = new RecordingLogger();
  private final DeliveryLog log = new DeliveryLog(logger);
  private final AtomicInteger released = new AtomicInteger();
  private Runnable onRelease = () -> {};

  private final BranchStore branches =
      (BranchStore)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {BranchStore.class},
              (proxy, method, arguments) -> {
                released.incrementAndGet();
                onRelease.run();
                return Set.of();
              });

  private final Releases releases = new Releases(branches, time, time, new WakeUps(), log);

  private void releaseMany() {
    for (int i = 0; i < 10; i++) {
      releases.add(new BranchId(1, "0" + i, "0b"));
    }
  }

  @Test
  @Tag("C3")
  void releasesGoOnForALittleAndLeaveTheRestToTheReapers() {
    releaseMany();
    onRelease =
        () -> {
          if (released.get() == 2) {
            releases.stop(Duration.ofSeconds(3));
          }
          time.advance(Duration.ofSeconds(1));
        };
    time.run();
    assertThat(released).hasValue(4);
  }

  @Test
  @Tag("C3")
  void afterAnErrorTheNextBranchBeginsAgainWithThoseThatWere() {
    releaseMany();
    onRelease =
        () -> {
          throw new AssertionError("broken");
        };
    assertThatThrownBy(time::run).hasMessage("broken");
    onRelease = () -> {};

    releaseMany();
    time.run();

    assertThat(released).hasValue(20);
  }

  @Test
  void whatFailsAfterTheStopIsNotSaid() {
    onRelease = Queued::breakDown;
    log.stop();
    releaseMany();
    time.run();
    assertThat(released).hasValue(10);
    assertThat(logger.lines()).isEmpty();
  }

  @Test
  void whatFailsBeforeTheStopIsSaid() {
    onRelease = Queued::breakDown;
    releaseMany();
    time.run();
    assertThat(logger.lines("WB-0101")).hasSize(1);
  }
}
