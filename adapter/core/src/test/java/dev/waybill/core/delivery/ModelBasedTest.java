package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.Seeds;
import dev.waybill.core.store.QueueStore;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a store, step by step beside the model. Run one again with {@code -Dseed=…};
 * {@code -Dhistories=…} says how many there are, on all databases of a build together.
 */
@Tag("M7")
@Tag("M8")
@Tag("M9")
@Tag("S4")
@Tag("S7")
@Tag("S8")
@Tag("S9")
@Tag("S11")
@Tag("C10")
@Tag("C9")
@Tag("C11")
abstract class ModelBasedTest {

  private static final int STEPS = 60;

  /** The store under test for one more history, on this clock; the same again or a fresh one. */
  abstract Subject subject(SteppingScheduler time);

  /** How many histories there are unless it is said otherwise. */
  abstract int histories();

  /** How many of those that are asked for. */
  int share(int asked) {
    return asked;
  }

  /** A store under test. */
  interface Subject {

    QueueStore store();

    /** Closes the store, does something, and opens the store again. */
    QueueStore restart(Runnable between);

    /** As {@link ModelQueue#states()}, of these queues. */
    Map<String, String> states(List<QueueName> queues);
  }

  @Test
  void aStoreAndTheModelLiveTheSameHistories() {
    long first = Seeds.next();
    Integer asked = Integer.getInteger("histories");
    int count = asked != null ? share(asked) : Seeds.given() ? 1 : histories();
    System.out.println("seed " + first + ", " + count + " histories");
    Random seeds = new Random(first);
    SteppingScheduler time = new SteppingScheduler();
    for (int i = 0; i < count; i++) {
      live(subject(time), time, "h" + i, i == 0 ? first : seeds.nextLong());
    }
  }

  private static void live(Subject subject, SteppingScheduler time, String name, long seed) {
    History history = new History(subject.store(), subject::restart, time, name, seed);
    try {
      history.begin();
      compare(subject, history);
      for (int step = 0; step < STEPS; step++) {
        history.step();
        compare(subject, history);
      }
      history.end();
      compare(subject, history);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "Run it again with -Dseed=" + seed + "\n" + history.story() + "\n" + e.getMessage(), e);
    }
  }

  private static void compare(Subject subject, History history) {
    assertThat(subject.states(history.queues())).isEqualTo(history.model().states());
  }
}
