package dev.waybill.core.store;

import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.entity.LeaseTerm;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Leases as rows. */
final class JpaLeaseStore implements LeaseStore {

  private final Transactions transactions;
  private final QueueCatalog catalog;
  private final ClaimScan scan;
  private final LeaseEnding ending;
  private final Expiry expiry;
  private final StoreClock clock;
  private final AtomicInteger turn = new AtomicInteger();

  JpaLeaseStore(
      Transactions transactions,
      QueueCatalog catalog,
      ClaimScan scan,
      LeaseEnding ending,
      Expiry expiry,
      StoreClock clock) {
    this.transactions = transactions;
    this.catalog = catalog;
    this.scan = scan;
    this.ending = ending;
    this.expiry = expiry;
    this.clock = clock;
  }

  @Override
  public UUID openTerm(String consumer, Instant expiresAt) {
    UUID id = UUID.randomUUID();
    transactions.repeatable(
        "open a lease term for " + consumer,
        sql -> sql.entities().merge(new LeaseTerm(id, consumer, Micros.of(expiresAt))));
    return id;
  }

  @Override
  public Set<UUID> renewTerms(Collection<TermExpiry> expiry) {
    return transactions.repeatable(
        "renew lease terms",
        sql -> {
          Set<UUID> there = new HashSet<>();
          for (TermExpiry term : expiry) {
            if (sql.update(Statements.RENEW_TERM, Micros.of(term.expiresAt()), term.termId())
                == 1) {
              there.add(term.termId());
            }
          }
          return there;
        });
  }

  @Override
  public void closeTerm(UUID termId) {
    transactions.repeatable(
        "close lease term " + termId, sql -> sql.update(Statements.RENEW_TERM, 0L, termId));
  }

  @Override
  public List<LeasedMessage> claim(ClaimRequest request) {
    List<ClaimScan.Source> sources = new ArrayList<>(sources(request.queues(), request.group()));
    Collections.rotate(sources, -Math.floorMod(turn.getAndIncrement(), sources.size()));
    List<LeasedMessage> claimed =
        transactions.readingBack(
            "claim from " + request.queues(),
            sql -> scan.claim(sql, request, sources, clock.now()),
            lost -> lost.isEmpty() || isHeld(lost.get(0).lease()));
    if (!claimed.isEmpty() && !request.ahead()) {
      transactions.awaitDurable();
    }
    return claimed;
  }

  private List<ClaimScan.Source> sources(Collection<QueueName> queues, String group) {
    return queues.stream()
        .map(queue -> new ClaimScan.Source(queue, catalog.groupId(queue, group)))
        .toList();
  }

  @Override
  public Optional<Instant> nextDue(Collection<QueueName> queues, String group) {
    List<ClaimScan.Source> sources = sources(queues, group);
    return transactions.repeatable(
        "look for the next due message",
        sql ->
            sources.stream()
                .flatMap(source -> sql.select(Statements.NEXT_DUE, source.groupId()).stream())
                .map(row -> Micros.toInstant(row.number(0)))
                .min(Instant::compareTo));
  }

  @Override
  public boolean limitLease(Lease lease, Instant expiresAt) {
    long end = Micros.of(expiresAt);
    return transactions.repeatable(
        "limit the lease of message " + lease.messageId(),
        sql -> {
          transactions.boundWaits(sql);
          if (!isOnRow(sql, lease)) {
            return false;
          }
          if (sql.update(Statements.MOVE_LIMIT, end, lease.token()) == 0) {
            LeaseRows.insertLimits(sql, List.of(lease), end);
          }
          return true;
        });
  }

  @Override
  public void giveBack(Collection<Lease> leases) {
    transactions.repeatable(
        "give leases back",
        sql -> {
          transactions.boundWaits(sql);
          return leases.stream().filter(lease -> ending.giveBack(sql, lease)).count();
        });
  }

  @Override
  public Optional<FailureResult> recordFailure(Lease lease, AttemptFailure failure) {
    RetryVerdict verdict = catalog.reachable(lease, verdict(lease, failure));
    return transactions.durably(
        "record the failure of message " + lease.messageId(),
        sql -> {
          transactions.boundWaits(sql);
          return ending.end(
              sql,
              lease,
              DeliveryState.LEASED,
              verdict,
              failure.outcome(),
              failure.error(),
              clock.now());
        },
        result -> result.isEmpty() || !isHeld(lease));
  }

  private static RetryVerdict verdict(Lease lease, AttemptFailure failure) {
    if (failure.wish() instanceof AttemptFailure.Wish.TryAgain again) {
      return lease.policy().afterFailure(lease.attempt(), again.delay());
    }
    return lease.policy().giveUp();
  }

  @Override
  public boolean isHeld(Lease lease) {
    return transactions.repeatable(
        "look at the lease of message " + lease.messageId(),
        sql -> {
          transactions.boundWaits(sql);
          return isOnRow(sql, lease);
        });
  }

  private static boolean isOnRow(Sql sql, Lease lease) {
    return sql.selectOne(
            Statements.LOCK_HELD,
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token())
        .isPresent();
  }

  @Override
  public List<Lease> heldUnder(UUID termId) {
    return transactions.repeatable(
        "list the leases of term " + termId,
        sql -> sql.select(Statements.HELD_UNDER, termId).stream().map(LeaseRows::read).toList());
  }

  @Override
  public List<Expired> expire(int limit) {
    return expiry.expire(limit);
  }
}
