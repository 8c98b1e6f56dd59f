package dev.waybill.core.delivery;

import static dev.waybill.core.model.DeliveryState.LEASED;
import static dev.waybill.core.model.DeliveryState.READY;
import static dev.waybill.core.model.DeliveryState.SCHEDULED;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.delivery.ReferenceRows.Row;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StateMachine.Event;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.core.store.FailureResult;
import dev.waybill.core.store.LeaseStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Leases on {@link ReferenceRows}. */
final class ReferenceLeases implements LeaseStore {

  /** What expires by a leap of time alone, its keepers have so long to renew. */
  private static final Duration AFTER_LEAP = Duration.ofSeconds(30);

  private final ReferenceRows rows;

  ReferenceLeases(ReferenceRows rows) {
    this.rows = rows;
  }

  @Override
  public UUID openTerm(String consumer, Instant expiresAt) {
    synchronized (rows) {
      UUID id = UUID.randomUUID();
      rows.terms.put(id, expiresAt);
      return id;
    }
  }

  @Override
  public Set<UUID> renewTerms(Collection<TermExpiry> expiry) {
    synchronized (rows) {
      Set<UUID> renewed = new HashSet<>();
      for (TermExpiry each : expiry) {
        if (rows.terms.replace(each.termId(), each.expiresAt()) != null) {
          renewed.add(each.termId());
        }
      }
      return renewed;
    }
  }

  @Override
  public void closeTerm(UUID termId) {
    synchronized (rows) {
      rows.terms.remove(termId);
    }
  }

  @Override
  public List<LeasedMessage> claim(ClaimRequest request) {
    synchronized (rows) {
      rows.makeDue(request.queues());
      List<LeasedMessage> leased = new ArrayList<>();
      UUID token = UUID.randomUUID();
      for (Row row : rows.claimable(request)) {
        boolean counted = rows.counts(request, row);
        row.limit =
            rows.beginsAtOnce(request, leased.size(), row)
                ? request.leaseLimit().map(rows.clock.now()::plus).orElse(null)
                : null;
        row.lease =
            new Lease(
                token,
                new DeliveryKey(row.message.position(), 1),
                row.message.queue(),
                row.message.id(),
                row.attempts + 1,
                counted,
                request.termId(),
                request.policy(),
                "model",
                rows.clock.now(),
                row.message.lineKey(),
                null);
        row.attempts += counted ? 1 : 0;
        rows.move(row, Event.CLAIMED, LEASED);
        leased.add(new LeasedMessage(row.lease, row.message));
      }
      return leased;
    }
  }

  @Override
  public Optional<Instant> nextDue(Collection<QueueName> queues, String group) {
    synchronized (rows) {
      return rows.rows.stream()
          .filter(row -> row.state == SCHEDULED && queues.contains(row.message.queue()))
          .map(row -> row.availableAt)
          .min(Comparator.naturalOrder());
    }
  }

  @Override
  public boolean limitLease(Lease lease, Instant expiresAt) {
    synchronized (rows) {
      Optional<Row> row = rows.owned(lease);
      row.ifPresent(held -> held.limit = expiresAt);
      return row.isPresent();
    }
  }

  @Override
  public boolean extendLease(Lease lease, Instant expiresAt) {
    synchronized (rows) {
      Optional<Row> row = rows.owned(lease);
      row.filter(held -> held.limit != null)
          .ifPresent(
              held -> {
                held.limit = expiresAt;
                prolongTerm(lease.termId(), expiresAt);
              });
      return row.isPresent();
    }
  }

  @Override
  public List<Lease> handOver(List<Lease> leases, Optional<Instant> expiresAt) {
    synchronized (rows) {
      UUID token = UUID.randomUUID();
      List<Lease> held = new ArrayList<>();
      for (Lease lease : leases) {
        rows.handing(lease)
            .ifPresent(
                row -> {
                  if (lease.mustBeCounted()) {
                    row.lease = lease.counted(token, rows.clock.now());
                    row.attempts++;
                  }
                  row.limit = expiresAt.orElse(null);
                  held.add(row.lease);
                });
      }
      return held;
    }
  }

  @Override
  public void giveBack(Collection<Lease> leases) {
    synchronized (rows) {
      for (Lease lease : leases) {
        rows.holding(lease)
            .ifPresent(
                row -> {
                  if (lease.counted()) {
                    row.attempts--;
                  }
                  rows.move(row, Event.GIVEN_BACK, READY);
                });
      }
    }
  }

  @Override
  public Optional<FailureResult> recordFailure(Lease lease, AttemptFailure failure) {
    synchronized (rows) {
      Optional<Row> row = rows.holding(lease);
      if (row.isEmpty()) {
        return Optional.empty();
      }
      RetryVerdict verdict =
          failure.wish() instanceof Wish.TryAgain again
              ? lease.policy().afterFailure(lease.attempt(), again.delay())
              : lease.policy().giveUp();
      return Optional.of(
          rows.conclude(row.get(), Event.FAILED, verdict, failure.outcome(), failure.error()));
    }
  }

  @Override
  public Map<Lease, FailureResult> recordFailures(Map<Lease, AttemptFailure> failures) {
    Map<Lease, FailureResult> results = new HashMap<>();
    synchronized (rows) {
      failures.forEach(
          (lease, failure) ->
              recordFailure(lease, failure).ifPresent(result -> results.put(lease, result)));
    }
    return results;
  }

  /** There is nothing to tidy up here. */
  @Override
  public void over(Collection<Lease> leases) {}

  @Override
  public boolean isHeld(Lease lease) {
    synchronized (rows) {
      return rows.owned(lease).isPresent();
    }
  }

  @Override
  public boolean prolongTerm(UUID termId, Instant expiresAt) {
    synchronized (rows) {
      return rows.terms.computeIfPresent(
              termId, (id, end) -> end.isBefore(expiresAt) ? expiresAt : end)
          != null;
    }
  }

  @Override
  public List<Lease> held(Collection<Lease.Key> keys) {
    synchronized (rows) {
      return rows.rows.stream()
          .filter(row -> row.state == LEASED && keys.contains(row.lease.key()))
          .map(row -> row.lease)
          .toList();
    }
  }

  @Override
  public List<Lease> heldUnder(UUID termId) {
    synchronized (rows) {
      return rows.rows.stream()
          .filter(row -> row.state == LEASED && row.lease.termId().equals(termId))
          .map(row -> row.lease)
          .toList();
    }
  }

  @Override
  public List<Expired> expire(int limit) {
    synchronized (rows) {
      Instant now = rows.clock.now();
      if (now.minus(AFTER_LEAP).isBefore(rows.clock.leaptAt())) {
        return List.of();
      }
      List<Row> ended =
          rows.rows.stream()
              .filter(row -> row.state == LEASED && ended(row, now))
              .limit(limit)
              .toList();
      List<Expired> expired = new ArrayList<>();
      for (Row row : ended) {
        expired.add(expire(row, row.lease));
      }
      return expired;
    }
  }

  private boolean ended(Row row, Instant now) {
    Instant term = rows.terms.get(row.lease.termId());
    return term == null || !term.isAfter(now) || (row.limit != null && !row.limit.isAfter(now));
  }

  private Expired expire(Row row, Lease lease) {
    Optional<FailureResult> result = Optional.empty();
    // A lease taken ahead gets its limit when it is handed over: then its attempt did start.
    if (lease.counted() || row.limit != null) {
      RetryVerdict verdict = lease.policy().afterFailure(lease.attempt(), Optional.empty());
      result =
          Optional.of(
              rows.conclude(
                  row, Event.EXPIRED, verdict, AttemptOutcome.EXPIRED, "The lease ran out"));
    } else {
      row.claimedAlone = true;
      rows.move(row, Event.EXPIRED, READY);
    }
    return new Expired(lease.delivery(), lease.queue(), lease.messageId(), lease.attempt(), result);
  }
}
