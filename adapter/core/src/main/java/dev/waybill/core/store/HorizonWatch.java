package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells people who has been holding back the removal of dead rows for too long, and when that is
 * over. Used by one thread at a time.
 */
final class HorizonWatch {

  static final Duration LONGEST = Duration.ofMinutes(10);
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private final StoreClock clock;
  private final Supplier<List<Horizon>> look;
  private Map<String, Instant> since = new HashMap<>();
  private Instant lookAt;
  private String said;

  HorizonWatch(StoreClock clock, Supplier<List<Horizon>> look) {
    this.clock = clock;
    this.look = look;
  }

  /** Looks, if the last look was long enough ago. */
  void round() {
    Instant now = clock.now();
    if (lookAt != null && now.isBefore(lookAt)) {
      return;
    }
    lookAt = now.plus(INTERVAL);
    if (now.minus(LONGEST).isBefore(clock.leaptAt())) {
      since = new HashMap<>(); // ages that contain the leap are no ages
      return;
    }
    Optional<Horizon> oldest = oldest(look.get(), now);
    if (oldest.isPresent() && !oldest.get().holder().equals(said)) {
      said = oldest.get().holder();
      StoreLog.horizonHeld(said, oldest.get().age());
    } else if (oldest.isEmpty() && said != null) {
      StoreLog.horizonFree(said);
      said = null;
    }
  }

  /** Who has been holding longest, if that is too long, with how long we know of it. */
  private Optional<Horizon> oldest(List<Horizon> holders, Instant now) {
    Map<String, Instant> seen = new HashMap<>();
    Horizon oldest = null;
    for (Horizon each : holders) {
      String key = each.holder() + " " + each.mark();
      Instant first = since.getOrDefault(key, now);
      seen.put(key, first);
      Duration known = Duration.between(first, now);
      Duration age = known.compareTo(each.age()) > 0 ? known : each.age();
      if (age.compareTo(LONGEST) >= 0 && (oldest == null || age.compareTo(oldest.age()) > 0)) {
        oldest = new Horizon(each.holder(), each.mark(), age);
      }
    }
    since = seen;
    return Optional.ofNullable(oldest);
  }
}
