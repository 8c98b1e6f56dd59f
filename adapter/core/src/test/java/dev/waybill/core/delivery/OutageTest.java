package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OutageTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  @Test
  void anOutageMakesOneLineWhenItBeginsAndOneWhenItIsOverAndNoFloodOfCalls() {
    queued.open();
    for (int i = 0; i < 10; i++) {
      String name = "app/Bean" + i;
      queued.activate(s -> s.name(name).poll(Duration.ofSeconds(1)));
    }
    time.advance(Duration.ofSeconds(20));
    queued.leases.before("*", Queued::breakDown);
    long before = queued.leases.calls("claim");
    for (int i = 0; i < 100; i++) {
      queued.send("m" + i);
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(queued.leases.calls("claim") - before).isLessThan(10 * 30);
    assertThat(queued.target.delivered()).isEmpty();
    assertThat(queued.log.lines()).hasSize(1);
    assertThat(queued.log.lines("WB-0101"))
        .singleElement()
        .asString()
        .contains("connection refused");

    queued.leases.calm();
    time.advance(Duration.ofSeconds(20));
    assertThat(queued.target.delivered()).hasSize(100);
    assertThat(queued.log.lines()).hasSize(2);
    assertThat(queued.log.lines("WB-0103")).hasSize(1);
  }

  @Test
  void aSingleFailureIsNoOutage() {
    queued.open();
    queued.activate(s -> s);
    time.run();
    queued.leases.before("claim", Queued::breakDown);
    queued.send("a");
    time.run();
    queued.leases.calm();
    time.advance(Duration.ofSeconds(1));
    assertThat(queued.attempts()).containsExactly("a#1");
    assertThat(queued.log.lines()).isEmpty();
  }

  @Test
  void aStoreThatIsDownWhenAnActivationBeginsIsWaitedFor() {
    queued.leases.before("*", Queued::breakDown);
    queued.open();
    queued.sendUnseen("a");
    queued.activate(s -> s);
    time.advance(Duration.ofMinutes(10));
    queued.leases.calm();
    time.advance(Duration.ofSeconds(5));
    assertThat(queued.attempts()).containsExactly("a#1");
  }

  @Test
  void aTroubleOfOneActivationIsNamedAndDoesNotStandForTheStore() {
    queued.open();
    queued.activate(s -> s.name("app/Broken"));
    queued.leases.before(
        "claim",
        () -> {
          throw new IllegalStateException("no such column");
        });
    time.advance(Duration.ofMinutes(5));
    assertThat(queued.log.lines()).hasSize(1);
    assertThat(queued.log.lines("WB-0102"))
        .singleElement()
        .asString()
        .contains("app/Broken", "no such column");
    queued.leases.calm();
    time.advance(Duration.ofSeconds(6));
    assertThat(queued.log.lines("WB-0104")).hasSize(1);
  }

  @Test
  @Tag("M11")
  void aContainerThatThrowsInsteadOfGivingEndpointsIsAskedLessAndLessAndNamedOnce() {
    queued.open();
    queued.target.fail(new NoClassDefFoundError("app/Order"));
    queued.send("a");
    queued.activate(s -> s.name("app/Orders"));
    for (int i = 0; i < 60; i++) {
      queued.send("m" + i);
      time.advance(Duration.ofSeconds(5));
    }
    // 50 ms, 100 ms, … up to 5 s: about one try in 5 s.
    assertThat(queued.target.acquired()).isBetween(50, 150);
    assertThat(queued.leases.calls("claim")).isZero();
    assertThat(queued.log.lines()).hasSize(1);
    assertThat(queued.log.lines("WB-0102"))
        .singleElement()
        .asString()
        .contains("app/Orders", "NoClassDefFoundError: app/Order");

    queued.target.fail(null);
    time.advance(Duration.ofSeconds(10));
    assertThat(queued.target.delivered()).hasSize(61);
    assertThat(queued.log.lines()).hasSize(2);
    assertThat(queued.log.lines("WB-0104")).hasSize(1);
  }

  @Test
  void stoppingDuringAnOutageDoesNotSayThatTheStoreIsBack() {
    queued.open();
    Activation activation = queued.activate(s -> s);
    time.run();
    queued.leases.before("*", Queued::breakDown);
    queued.send("a");
    time.advance(Duration.ofMinutes(1));
    queued.engine.deactivate(activation);
    time.advance(Duration.ofMinutes(1));
    assertThat(queued.log.lines("WB-0103")).isEmpty();
  }
}
