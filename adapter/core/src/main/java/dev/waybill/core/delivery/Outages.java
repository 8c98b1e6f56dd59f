package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import java.util.HashMap;
import java.util.Map;

/**
 * Which background operations are failing, so that an outage makes one line when it begins and one
 * when it is over, however many activations meet it. A single failure that does not repeat needs no
 * person and makes none. Thread-safe.
 */
final class Outages {

  /** The store as a whole; what is unavailable to one operation usually is to all. */
  private static final String STORE = "";

  private final Map<String, Failing> failing = new HashMap<>();
  private final Map<String, Integer> announced = new HashMap<>();

  private boolean stopped;

  private static final class Failing {
    private final String group;
    private int times;
    private boolean counted;

    Failing(String group) {
      this.group = group;
    }
  }

  /** What a report means for the log. */
  enum News {
    /** Nothing to say. */
    NONE,
    /** An outage began, or is over. */
    STORE,
    /** One operation began to fail, or works again, for a reason of its own. */
    OPERATION
  }

  /** An operation failed. */
  synchronized News failed(String operation, Throwable error) {
    if (stopped) {
      return News.NONE;
    }
    Failing known =
        failing.computeIfAbsent(
            operation, any -> new Failing(unavailable(error) ? STORE : operation));
    known.times++;
    if (known.times < 2 || known.counted) {
      return News.NONE;
    }
    known.counted = true;
    return announced.merge(known.group, 1, Integer::sum) == 1 ? news(known.group) : News.NONE;
  }

  /** An operation is not tried any more; no news. */
  synchronized void forget(String operation) {
    remove(operation);
  }

  /** An operation worked. */
  synchronized News succeeded(String operation) {
    return failing.isEmpty() ? News.NONE : remove(operation);
  }

  /** From now on failures are expected; no news. */
  synchronized void stop() {
    stopped = true;
  }

  private News remove(String operation) {
    Failing known = failing.remove(operation);
    if (known == null || !known.counted) {
      return News.NONE;
    }
    if (announced.merge(known.group, -1, Integer::sum) > 0) {
      return News.NONE;
    }
    announced.remove(known.group);
    return news(known.group);
  }

  private static News news(String group) {
    return group.equals(STORE) ? News.STORE : News.OPERATION;
  }

  private static boolean unavailable(Throwable error) {
    return error instanceof QueueException known && known.kind() == QueueException.Kind.UNAVAILABLE;
  }
}
