package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.LogLines;
import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who holds back the removal of dead rows is said once when it begins to hurt and once after. */
class HorizonWatchTest {

  private final LogLines log = new LogLines();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Instant leaptAt = Instant.MIN;
  private List<Horizon> holders = List.of();
  private int looks;
  private final HorizonWatch watch =
      new HorizonWatch(
          new StoreClock() {
            @Override
            public Instant now() {
              return now;
            }

            @Override
            public Instant leaptAt() {
              return leaptAt;
            }
          },
          () -> {
            looks++;
            return holders;
          });

  @AfterEach
  void goAway() {
    log.close();
  }

  private void pass(Duration time) {
    for (Duration gone = Duration.ZERO;
        gone.compareTo(time) < 0;
        gone = gone.plus(Duration.ofSeconds(1))) {
      now = now.plusSeconds(1);
      watch.round();
    }
  }

  private static Horizon session(Duration age) {
    return new Horizon("the session of process 7", "since", age);
  }

  @Test
  void anAgeThatIsALeapOfTheClockIsNotSaid() {
    holders = List.of(new Horizon("the session of process 7", "m", Duration.ofSeconds(1)));
    pass(Duration.ofMinutes(2));
    now = now.plus(Duration.ofHours(1));
    leaptAt = now;
    holders = List.of(new Horizon("the session of process 7", "m", Duration.ofHours(1)));
    pass(Duration.ofMinutes(9));
    assertThat(log.lines()).isEmpty();

    pass(Duration.ofMinutes(2));
    assertThat(log.lines()).singleElement().asString().startsWith("WARNING WB-0209");
  }

  @Test
  void itLooksOnceAMinute() {
    pass(Duration.ofMinutes(10));
    assertThat(looks).isEqualTo(10);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aTransactionOfTenMinutesIsSaidOnceAndItsEndOnce() {
    holders = List.of(session(Duration.ofMinutes(9)));
    watch.round();
    assertThat(log.lines()).isEmpty();
    holders = List.of(session(Duration.ofMinutes(11)));
    pass(Duration.ofMinutes(5));
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("WARNING WB-0209 For 11 min the session of process 7");
    holders = List.of();
    pass(Duration.ofMinutes(5));
    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().get(1)).startsWith("INFO WB-0210 ").contains("the session of process 7");
  }

  @Test
  void whatHasNoAgeIsTimedByLooking() {
    holders = List.of(new Horizon("the replication slot old", "742", Duration.ZERO));
    pass(Duration.ofMinutes(10));
    assertThat(log.lines()).isEmpty();
    pass(Duration.ofMinutes(2));
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("For 10 min the replication slot old");
  }

  @Test
  void whatMakesProgressIsNotSaid() {
    for (int i = 0; i < 30; i++) {
      holders = List.of(new Horizon("the standby near", "xmin " + i, Duration.ZERO));
      pass(Duration.ofMinutes(1));
    }
    assertThat(log.lines()).isEmpty();
  }
}
