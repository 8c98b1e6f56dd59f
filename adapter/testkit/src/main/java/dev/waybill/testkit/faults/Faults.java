package dev.waybill.testkit.faults;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The faults armed for one resource. Safe for any number of threads. */
public final class Faults {

  private final List<Fault> armed = new CopyOnWriteArrayList<>();
  private final Map<FaultPoint, FaultAction> each = new ConcurrentHashMap<>();

  /** No faults. */
  public Faults() {}

  /**
   * Arms a fault for whichever thread comes by.
   *
   * @param point where
   * @param nth the how manyth time the point is reached from now, from 1
   * @param action what happens
   * @return the fault
   */
  public Fault arm(FaultPoint point, int nth, FaultAction action) {
    return add(new Fault(point, nth, null, action));
  }

  /**
   * Arms a fault for the calling thread only: armed in a listener, it hits what follows that
   * listener.
   *
   * @param point where
   * @param nth the how manyth time this thread reaches the point from now, from 1
   * @param action what happens
   * @return the fault
   */
  public Fault armForThisThread(FaultPoint point, int nth, FaultAction action) {
    return add(new Fault(point, nth, Thread.currentThread(), action));
  }

  /**
   * Lets something happen each time that whichever thread comes by, until {@link #disarm}.
   *
   * @param point where
   * @param action what happens
   */
  public void armEach(FaultPoint point, FaultAction action) {
    each.put(point, action);
  }

  private Fault add(Fault fault) {
    armed.add(fault);
    return fault;
  }

  /** Removes all faults that have not happened. */
  public void disarm() {
    armed.clear();
    each.clear();
  }

  /**
   * Lets an armed fault happen.
   *
   * @param point the point that the calling thread has reached
   * @throws Exception what the fault throws
   */
  public void reach(FaultPoint point) throws Exception {
    FaultAction always = each.get(point);
    if (always != null) {
      always.run();
    }
    for (Fault fault : armed) {
      if (fault.isDueAt(point)) {
        fault.action().run();
      }
    }
  }
}
