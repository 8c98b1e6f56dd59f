package dev.waybill.core.delivery;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The claims of one activation, under its term. */
final class Claims {

  private final ActivationContext context;
  private final Term term;

  Claims(ActivationContext context, Term term) {
    this.context = context;
    this.term = term;
  }

  /** Leases from all queues; what begins at once gets the activation's limit. */
  List<LeasedMessage> claim(int count, ClaimManner manner) {
    return claim(context.settings().queues(), count, manner);
  }

  List<LeasedMessage> claim(List<QueueName> queues, int count, ClaimManner manner) {
    ActivationSettings settings = context.settings();
    Optional<Duration> limit =
        manner == ClaimManner.AHEAD ? Optional.empty() : settings.leaseLimit();
    return context
        .leases()
        .claim(
            new ClaimRequest(
                term.require(), queues, settings.group(), count, manner, limit, settings.policy()));
  }

  /** Whether a lease is surely kept alive by the activation's term. */
  boolean covers(Lease lease) {
    return term.covers(lease, context.clock().now());
  }

  /** When a lease that begins now ends, whatever its term. */
  Optional<Instant> limit() {
    return context.settings().leaseLimit().map(context.clock().now()::plus);
  }
}
