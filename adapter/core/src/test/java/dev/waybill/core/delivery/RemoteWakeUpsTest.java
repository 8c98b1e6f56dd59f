package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.News;
import dev.waybill.core.store.Notifications;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Signals reach other nodes, few of them, and theirs reach this one. */
class RemoteWakeUpsTest {

  private static final QueueName ORDERS = QueueName.parse("app:orders");
  private static final QueueName SHIPMENTS = QueueName.parse("app:shipments");

  private static final class Wire implements Notifications {
    private final List<News> sent = new ArrayList<>();
    private final Deque<News> coming = new ArrayDeque<>();
    private boolean wanted = true;
    private boolean broken;
    private boolean failing;
    private boolean closed;
    private int waits;

    private void check() {
      if (broken) {
        throw new QueueException(Kind.UNAVAILABLE, "cut");
      }
    }

    @Override
    public boolean wanted() {
      return wanted;
    }

    @Override
    public void send(News news) {
      check();
      if (failing) {
        throw new AssertionError("broken");
      }
      sent.add(news);
    }

    @Override
    public News await(Duration atMost) {
      waits++;
      check();
      return coming.isEmpty() ? News.NONE : coming.poll();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final Wire wire = new Wire();
  private final WakeUps wakeUps = new WakeUps();
  private final RecordingLogger logger = new RecordingLogger();
  private final List<Runnable> tasks = new ArrayList<>();
  private final List<String> woken = new ArrayList<>();
  private BooleanSupplier step;
  private boolean cancelled;

  private final TaskScheduler scheduler =
      new TaskScheduler() {
        @Override
        public boolean execute(String name, Runnable task) {
          return tasks.add(task);
        }

        @Override
        public Cancellable after(Duration delay, String name, Runnable task) {
          tasks.add(task);
          return () -> tasks.remove(task);
        }
      };

  private final RemoteWakeUps remote =
      new RemoteWakeUps(
          wire, wakeUps, scheduler, new DeliveryLog(logger), () -> woken.add("answers"));

  private static News of(QueueName... queues) {
    return new News(Set.of(queues), Set.of());
  }

  @BeforeEach
  void start() {
    wakeUps.register(List.of(ORDERS), () -> woken.add("orders"));
    wakeUps.register(List.of(SHIPMENTS), () -> woken.add("shipments"));
    remote.start(
        (name, pause, each) -> {
          step = each;
          return () -> cancelled = true;
        });
  }

  private void runTasks() {
    List<Runnable> due = List.copyOf(tasks);
    tasks.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void afterAnErrorTheNextSignalsAreSent() {
    wakeUps.signal(Set.of(ORDERS));
    wire.failing = true;
    assertThatThrownBy(this::runTasks).hasMessage("broken");
    wire.failing = false;
    wakeUps.signal(Set.of(SHIPMENTS));
    runTasks();
    assertThat(wire.sent).containsExactly(of(SHIPMENTS));
  }

  @Test
  void signalsGoOffTheSendersThreadAndThoseThatComeMeanwhileGoTogether() {
    wakeUps.signal(Set.of(ORDERS));
    assertThat(woken).containsExactly("orders");
    assertThat(wire.sent).isEmpty();
    wakeUps.signal(Set.of(ORDERS));
    wakeUps.signal(Set.of(SHIPMENTS));

    runTasks();

    assertThat(wire.sent).containsExactly(of(ORDERS, SHIPMENTS));
    wakeUps.signal(Set.of(ORDERS));
    wakeUps.signal(Set.of(ORDERS));
    assertThat(tasks).hasSize(1);
    runTasks();
    assertThat(wire.sent).containsExactly(of(ORDERS, SHIPMENTS), of(ORDERS));
    runTasks();
    assertThat(tasks).isEmpty();
    assertThat(wire.sent).hasSize(2);
  }

  @Test
  void nothingIsSentWhileNobodyListens() {
    wire.wanted = false;
    wakeUps.signal(Set.of(ORDERS));
    assertThat(tasks).isEmpty();
    assertThat(woken).containsExactly("orders");
  }

  @Test
  void whatOthersTellWakesThisNodeAloneAndIsNotPassedOn() {
    wire.coming.add(of(SHIPMENTS));
    assertThat(step.getAsBoolean()).isTrue();
    assertThat(woken).containsExactly("shipments");
    assertThat(tasks).isEmpty();
  }

  @Test
  void aLostConnectionIsOneLineAndEverybodyLooksOnceItIsBack() {
    wire.broken = true;
    int tried = 0;
    for (int second = 0; second < 60; second++) {
      assertThat(step.getAsBoolean()).isFalse();
      tried = wire.waits;
    }
    assertThat(tried).as("attempts in a minute").isBetween(4, 10);
    wire.broken = false;
    int seconds = 0;
    while (seconds < 60 && !step.getAsBoolean()) {
      seconds++;
    }

    assertThat(woken).containsExactlyInAnyOrder("orders", "shipments");
    assertThat(logger.lines()).hasSize(2);
    assertThat(logger.lines().get(0)).contains("WB-0101");
    assertThat(logger.lines().get(1)).contains("WB-0103");
  }

  @Test
  void aFailedSendIsLeftToThePollsOfOthers() {
    wire.broken = true;
    wakeUps.signal(Set.of(ORDERS));
    runTasks();
    wire.broken = false;
    wakeUps.signal(Set.of(SHIPMENTS));
    runTasks();
    assertThat(wire.sent).containsExactly(of(SHIPMENTS));
  }

  @Test
  @Tag("M17")
  void aStopEndsTheLoopAndTheConnection() {
    remote.stop();
    assertThat(cancelled).isTrue();
    assertThat(wire.closed).isTrue();
    assertThat(step.getAsBoolean()).isFalse();
    assertThat(wire.waits).isZero();
    wakeUps.signal(Set.of(ORDERS));
    assertThat(tasks).isEmpty();
  }

  @Test
  @Tag("S10")
  void wordOfAnswersGoesTogetherWithSignalsAndReachesWhoWaits() {
    wakeUps.signal(Set.of(ORDERS));
    remote.answered("n2-1");
    remote.answered("n2-1");
    remote.answered("n3-1");

    runTasks();

    assertThat(wire.sent).containsExactly(new News(Set.of(ORDERS), Set.of("n2-1", "n3-1")));
    woken.clear();
    wire.coming.add(new News(Set.of(), Set.of("n1-1")));
    assertThat(step.getAsBoolean()).isTrue();
    assertThat(woken).containsExactly("answers");
  }
}
