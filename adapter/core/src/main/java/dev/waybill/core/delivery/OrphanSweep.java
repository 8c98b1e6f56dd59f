package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.store.AttemptFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Finds leases under an activation's term that nothing in this process holds, so that none is
 * renewed for ever: those of a claim whose answer was lost, and those of deliveries that were said
 * to be settled and are not. A lease must be found twice in a row.
 */
final class OrphanSweep {

  private final ActivationContext context;
  private final Term term;
  private final InFlight inFlight;
  private final Source source;
  private final LeaseEndings endings;
  private Set<Lease.Key> suspects = Set.of();

  OrphanSweep(
      ActivationContext context,
      Term term,
      InFlight inFlight,
      Source source,
      LeaseEndings endings) {
    this.context = context;
    this.term = term;
    this.inFlight = inFlight;
    this.source = source;
    this.endings = endings;
  }

  /** One sweep. */
  synchronized void run() {
    UUID termId = term.id().orElse(null);
    if (termId == null) {
      suspects = Set.of();
      return;
    }
    // A lease may move from the buffer to a delivery while this looks, so the store is asked first
    // and the buffer before the deliveries.
    List<Lease> held = context.leases().heldUnder(termId);
    Set<Lease.Key> known = new HashSet<>(source.keys());
    known.addAll(inFlight.keys());
    known.addAll(endings.keys());
    Set<Lease.Key> strangers = new HashSet<>();
    List<Lease> orphans = new ArrayList<>();
    for (Lease lease : held) {
      if (!known.contains(lease.key())) {
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
      if (inFlight.wasHandedOver(lease)) {
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
