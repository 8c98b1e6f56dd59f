package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.TaskScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The deliveries that run now, in the order they began. Warns once about each that is slow, with
 * one timer for all of them. Remembers for a while which leases were handed over. Thread-safe.
 */
final class InFlight {

  private static final int REMEMBERED = 4096;

  private final ActivationContext context;
  private final BiConsumer<List<Lease>, Duration> slow;
  private final Map<Lease.Key, Running> running = new LinkedHashMap<>();
  private final Map<Lease.Key, Boolean> handedOver =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Lease.Key, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };
  private TaskScheduler.Cancellable armed;

  private static final class Running {
    private final List<Lease> leases;
    private final Instant since;
    private boolean warned;

    Running(List<Lease> leases, Instant since) {
      this.leases = leases;
      this.since = since;
    }
  }

  private record Slow(List<Lease> leases, Duration age) {}

  /** Nothing runs yet. */
  InFlight(ActivationContext context) {
    this(context, (leases, age) -> context.log().slow(context.bean(), leases, age));
  }

  /**
   * Nothing runs yet.
   *
   * @param slow told of each that is slow, and since when it runs
   */
  InFlight(ActivationContext context, BiConsumer<List<Lease>, Duration> slow) {
    this.context = context;
    this.slow = slow;
  }

  /** A delivery begins: of one message, or of a batch. */
  synchronized void begin(List<Lease> leases) {
    running.put(leases.get(0).key(), new Running(leases, context.clock().now()));
    leases.forEach(lease -> handedOver.put(lease.key(), Boolean.TRUE));
    if (armed == null) {
      arm(context.settings().slowWarning());
    }
  }

  /** A delivery is over and its result is taken care of. */
  synchronized void end(List<Lease> leases) {
    end(leases.get(0).key());
  }

  /** As {@link #end(List)}, of a single message. */
  synchronized void end(Lease.Key key) {
    running.remove(key);
  }

  /** The leases of the running deliveries. */
  synchronized Set<Lease.Key> keys() {
    Set<Lease.Key> keys = new HashSet<>();
    running.values().forEach(each -> each.leases.forEach(lease -> keys.add(lease.key())));
    return keys;
  }

  /** Whether a lease was handed to a listener lately. */
  synchronized boolean wasHandedOver(Lease lease) {
    return handedOver.containsKey(lease.key());
  }

  /** Watches no more. */
  synchronized void close() {
    if (armed != null) {
      armed.cancel();
      armed = null;
    }
  }

  private void arm(Duration delay) {
    armed =
        context.scheduler().after(delay, "Watch slow deliveries of " + context.bean(), this::watch);
  }

  private void watch() {
    for (Slow each : slow()) {
      slow.accept(each.leases(), each.age());
    }
  }

  private synchronized List<Slow> slow() {
    armed = null;
    Duration limit = context.settings().slowWarning();
    Instant now = context.clock().now();
    List<Slow> found = new ArrayList<>();
    for (Running each : running.values()) {
      if (each.warned) {
        continue;
      }
      Duration age = Duration.between(each.since, now);
      if (age.compareTo(limit) < 0) {
        arm(limit.minus(age).plusMillis(1));
        break;
      }
      each.warned = true;
      found.add(new Slow(each.leases, age));
    }
    return found;
  }
}
