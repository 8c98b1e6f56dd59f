package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.store.AttemptFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Finds leases under a term that nothing in this process holds, so that none is renewed for ever:
 * those of a claim whose answer was lost, and those of deliveries that were said to be settled and
 * are not. A lease must be found twice in a row.
 */
final class OrphanSweep {

  private final ActivationContext context;
  private final Term term;
  private final Supplier<Set<Lease.Key>> known;
  private final Predicate<Lease> handedOver;
  private final LeaseEndings endings;
  private Set<Lease.Key> suspects = Set.of();

  /**
   * Nothing is found yet.
   *
   * @param known the leases that something in this process holds, beside those that are to be ended
   * @param handedOver whether a lease was given to a consumer lately
   */
  OrphanSweep(
      ActivationContext context,
      Term term,
      Supplier<Set<Lease.Key>> known,
      Predicate<Lease> handedOver,
      LeaseEndings endings) {
    this.context = context;
    this.term = term;
    this.known = known;
    this.handedOver = handedOver;
    this.endings = endings;
  }

  /** One sweep. */
  synchronized void run() {
    UUID termId = term.id().orElse(null);
    if (termId == null) {
      suspects = Set.of();
      return;
    }
    // The store is asked first: what is leased later is no suspect.
    List<Lease> held = context.leases().heldUnder(termId);
    Set<Lease.Key> accounted = new HashSet<>(known.get());
    accounted.addAll(endings.keys());
    Set<Lease.Key> strangers = new HashSet<>();
    List<Lease> orphans = new ArrayList<>();
    for (Lease lease : held) {
      if (!accounted.contains(lease.key())) {
        if (suspects.contains(lease.key())) {
          orphans.add(lease);
        } else {
          strangers.add(lease.key());
        }
      }
    }
    suspects = strangers;
    end(orphans);
  }

  private void end(List<Lease> orphans) {
    if (orphans.isEmpty()) {
      return;
    }
    List<Lease> untouched = new ArrayList<>();
    for (Lease lease : orphans) {
      if (handedOver.test(lease)) {
        endings.end(
            lease,
            new LeaseEndings.Ending.Failed(
                AttemptFailure.bySchedule(
                    "The delivery ended without a trace: its settlement is not in the store.")));
      } else {
        untouched.add(lease);
      }
    }
    endings.giveBack(untouched);
    context.log().orphans(context.bean(), untouched.size(), orphans.size() - untouched.size());
  }
}
