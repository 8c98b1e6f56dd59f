package dev.waybill.testkit;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Collects what a resource adapter does against the contract of Jakarta Connectors 2.1. The parts
 * of the container report to it; a test ends with {@link #assertClean}. Safe for any number of
 * threads.
 */
public final class ContractChecker {

  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Map<Thread, Integer> workThreads = new ConcurrentHashMap<>();
  private final Map<Thread, Integer> timerThreads = new ConcurrentHashMap<>();
  private final Map<Thread, BooleanSupplier> timers = new ConcurrentHashMap<>();

  /** A checker that has seen nothing yet. */
  public ContractChecker() {}

  /**
   * Notes a violation.
   *
   * @param what one sentence
   */
  public void violation(String what) {
    violations.add(what + " (thread " + Thread.currentThread().getName() + ")");
  }

  /** What was noted so far, in order. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /**
   * Fails if anything was noted.
   *
   * @throws AssertionError with all violations
   */
  public void assertClean() {
    List<String> found = violations();
    if (!found.isEmpty()) {
      throw new AssertionError(
          "The connector contract was violated:\n - " + String.join("\n - ", found));
    }
  }

  /** The calling thread begins to run a Work. */
  public void workBegins() {
    workThreads.merge(Thread.currentThread(), 1, Integer::sum);
  }

  /** The calling thread has ended a Work. */
  public void workEnds() {
    leave(workThreads);
  }

  /**
   * The calling thread is that of a timer from now on.
   *
   * @param shared whether the timer has several tasks, which could hold each other up
   */
  public void timerServes(BooleanSupplier shared) {
    timers.put(Thread.currentThread(), shared);
  }

  /** The calling thread begins to run tasks of a timer. */
  public void timerBegins() {
    timerThreads.merge(Thread.currentThread(), 1, Integer::sum);
  }

  /** The calling thread no longer runs tasks of a timer. */
  public void timerEnds() {
    leave(timerThreads);
  }

  /**
   * Notes a violation unless the calling thread runs a Work.
   *
   * @param what what the thread does
   */
  public void requireWork(String what) {
    if (!workThreads.containsKey(Thread.currentThread())) {
      violation(what + " on a thread that does not belong to the WorkManager");
    }
  }

  /**
   * Notes a violation if the calling thread runs a task of a shared timer and no Work: such tasks
   * only schedule Work, or they hold up all others.
   *
   * @param what what the thread does
   */
  public void forbidTimer(String what) {
    Thread thread = Thread.currentThread();
    boolean shared =
        timerThreads.containsKey(thread) || timers.getOrDefault(thread, () -> false).getAsBoolean();
    if (shared && !workThreads.containsKey(thread)) {
      violation(what + " on the thread of a timer");
    }
  }

  private static void leave(Map<Thread, Integer> threads) {
    threads.computeIfPresent(
        Thread.currentThread(), (thread, depth) -> depth == 1 ? null : depth - 1);
  }
}
