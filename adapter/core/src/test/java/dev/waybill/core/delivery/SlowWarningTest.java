package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M13")
class SlowWarningTest {

  private final SteppingScheduler time = new SteppingScheduler();
  private final Queued queued = new Queued(time);

  @Test
  void aSlowDeliveryIsWarnedAboutOnceWithMessageQueueBeanAndAge() {
    queued.sendUnseen("a");
    queued.target.script(
        message -> {
          time.advance(Duration.ofMillis(9_999));
          assertThat(queued.log.lines()).isEmpty();
          time.advance(Duration.ofMinutes(10));
          return queued.complete(message);
        });
    queued.open();
    queued.activate(s -> s.slow(Duration.ofSeconds(10)));
    time.run();
    assertThat(queued.log.lines())
        .singleElement()
        .asString()
        .contains(
            "WB-0110",
            queued.target.delivered().get(0).lease().messageId().toString(),
            "app:orders",
            "app/Orders",
            "10 s");
    assertThat(queued.states()).containsExactly("COMPLETED/1");
  }

  @Test
  void eachSlowDeliveryIsWarnedAboutWhenItIsItsTurn() {
    queued.sendUnseen("a", "b");
    queued.target.script(
        message -> {
          time.advance(Duration.ofSeconds(7));
          if (Queued.body(message).equals("b")) {
            assertThat(queued.log.lines("WB-0110")).hasSize(1);
            time.advance(Duration.ofSeconds(4));
            assertThat(queued.log.lines("WB-0110")).hasSize(2);
          }
          return queued.complete(message);
        });
    queued.open();
    // The second worker begins b while a still runs.
    queued.activate(s -> s.slow(Duration.ofSeconds(10)));
    time.run();
    assertThat(queued.target.mostRunning()).isEqualTo(2);
  }

  @Test
  void quickDeliveriesNeedOneTimerAndNoLine() {
    queued.open();
    queued.activate(s -> s.slow(Duration.ofSeconds(10)));
    for (int i = 0; i < 100; i++) {
      queued.send("m" + i);
      time.advance(Duration.ofMillis(50));
      assertThat(time.timers()).filteredOn(name -> name.startsWith("Watch")).hasSize(1);
    }
    time.advance(Duration.ofMinutes(1));
    assertThat(time.timers()).noneMatch(name -> name.startsWith("Watch"));
    assertThat(queued.log.lines()).isEmpty();
  }
}
