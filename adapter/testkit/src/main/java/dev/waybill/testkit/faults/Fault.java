package dev.waybill.testkit.faults;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** An armed fault; it happens once. */
public final class Fault {

  private final FaultPoint point;
  private final FaultAction action;
  private final Thread thread;
  private final AtomicInteger toPass;
  private final AtomicBoolean fired = new AtomicBoolean();

  Fault(FaultPoint point, int nth, Thread thread, FaultAction action) {
    this.point = point;
    this.toPass = new AtomicInteger(nth);
    this.thread = thread;
    this.action = action;
  }

  /** Whether it has happened. */
  public boolean hasFired() {
    return fired.get();
  }

  boolean isDueAt(FaultPoint reached) {
    return reached == point
        && (thread == null || thread == Thread.currentThread())
        && toPass.decrementAndGet() == 0
        && fired.compareAndSet(false, true);
  }

  FaultAction action() {
    return action;
  }

  @Override
  public String toString() {
    return "Fault[" + point + (hasFired() ? ", fired]" : "]");
  }
}
