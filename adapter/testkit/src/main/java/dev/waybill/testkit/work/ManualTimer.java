package dev.waybill.testkit.work;

import dev.waybill.testkit.ContractChecker;
import java.time.Duration;
import java.util.Comparator;
import java.util.Date;
import java.util.PriorityQueue;
import java.util.Timer;
import java.util.TimerTask;

/**
 * A timer whose time passes only when told. It takes tasks that run once after a delay; periodic
 * tasks and dates are refused. Several timers of one container share its time by being advanced
 * together.
 */
public final class ManualTimer extends Timer {

  private static final long FAR_AWAY_MILLIS = Duration.ofDays(36_500).toMillis();

  private record Entry(long dueMillis, long order, TimerTask task) {}

  private final ContractChecker checker;
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::dueMillis).thenComparing(Entry::order));
  private long nowMillis;
  private long nextOrder;
  private volatile boolean cancelled;

  /**
   * A timer at time 0.
   *
   * @param checker is told which thread runs tasks
   */
  public ManualTimer(ContractChecker checker) {
    super("manual-timer", true);
    this.checker = checker;
  }

  @Override
  public void schedule(TimerTask task, long delay) {
    // The far-away real entry makes task.cancel() tell whether the task was still to run.
    super.schedule(task, FAR_AWAY_MILLIS);
    synchronized (entries) {
      entries.add(new Entry(nowMillis + delay, nextOrder++, task));
    }
  }

  /**
   * Lets time pass, and runs what becomes due, in order, on this thread.
   *
   * @param duration how much
   * @return how many tasks ran
   */
  public int advance(Duration duration) {
    long end;
    synchronized (entries) {
      end = nowMillis + duration.toMillis();
    }
    int ran = 0;
    for (TimerTask task = nextUntil(end); task != null; task = nextUntil(end)) {
      if (task.cancel()) {
        checker.timerBegins();
        try {
          task.run();
        } finally {
          checker.timerEnds();
        }
        ran++;
      }
    }
    synchronized (entries) {
      nowMillis = end;
    }
    return ran;
  }

  private TimerTask nextUntil(long end) {
    synchronized (entries) {
      Entry first = entries.peek();
      if (first == null || first.dueMillis() > end || cancelled) {
        return null;
      }
      nowMillis = Math.max(nowMillis, first.dueMillis());
      return entries.remove().task();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    super.cancel();
  }

  /** Whether its owner has cancelled it. */
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void schedule(TimerTask task, Date time) {
    throw refused();
  }

  @Override
  public void schedule(TimerTask task, long delay, long period) {
    throw refused();
  }

  @Override
  public void schedule(TimerTask task, Date firstTime, long period) {
    throw refused();
  }

  @Override
  public void scheduleAtFixedRate(TimerTask task, long delay, long period) {
    throw refused();
  }

  @Override
  public void scheduleAtFixedRate(TimerTask task, Date firstTime, long period) {
    throw refused();
  }

  private static UnsupportedOperationException refused() {
    return new UnsupportedOperationException("Only schedule(task, delay) is simulated");
  }
}
