package dev.waybill.core.store;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.LeaseRows.Block;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.PortableSql;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Ends leases whose term or limit has run out, in small steps, skipping what others hold. */
final class Expiry {

  private static final int STEP = 25;
  private static final int BLOCKS = 50;

  /**
   * What has run out by a leap of time alone is left to its keepers for so long: they live, and
   * renew as soon as their own node has noticed the leap, with its next beat.
   */
  private static final Duration AFTER_LEAP = Duration.ofSeconds(30);

  private static final UUID FIRST = new UUID(0, 0);
  private static final DeliveryKey BEFORE_ALL = new DeliveryKey(0, 0);
  private static final String ERROR =
      "The lease ran out: its consumer was lost, or took longer than it may.";

  private final Transactions transactions;
  private final LeaseEnding ending;
  private final QueueCatalog catalog;
  private final StoreClock clock;

  Expiry(Transactions transactions, LeaseEnding ending, QueueCatalog catalog, StoreClock clock) {
    this.transactions = transactions;
    this.ending = ending;
    this.catalog = catalog;
    this.clock = clock;
  }

  List<Expired> expire(int limit) {
    List<Expired> all = new ArrayList<>();
    Instant now = clock.now();
    if (now.minus(AFTER_LEAP).isBefore(clock.leaptAt())) {
      return all;
    }
    UUID last = FIRST;
    while (all.size() < limit && last != null) {
      UUID after = last;
      List<Block> page =
          transactions.repeatable(
              "look for expired leases",
              sql ->
                  sql.select(Statements.BLOCKS_ENDED, Micros.of(now), after, BLOCKS).stream()
                      .map(Block::read)
                      .toList());
      page.forEach(block -> all.addAll(expire(block, limit - all.size(), now)));
      last = page.size() < BLOCKS ? null : page.get(page.size() - 1).token();
    }
    expireLimited(limit, all, now);
    return all;
  }

  /** Of a block whose term is over; its row goes with the last of its leases. */
  private List<Expired> expire(Block block, int limit, Instant now) {
    if (limit <= 0) {
      return List.of();
    }
    List<Lease> held =
        transactions.repeatable(
            "look at the leases of block " + block.token(), sql -> LeaseRows.held(sql, block));
    List<Expired> ended = new ArrayList<>();
    for (int from = 0; from < held.size() && ended.size() < limit; from += STEP) {
      int to = Math.min(held.size(), from + Math.min(STEP, limit - ended.size()));
      ended.addAll(end(held.subList(from, to), now));
    }
    if (ended.size() == held.size()) {
      transactions.repeatable(
          "remove block " + block.token(), sql -> LeaseRows.removeIfOver(sql, block));
    }
    return ended;
  }

  private void expireLimited(int limit, List<Expired> all, Instant now) {
    DeliveryKey last = BEFORE_ALL;
    while (all.size() < limit && last != null) {
      DeliveryKey after = last;
      List<Lease> page =
          transactions.repeatable(
              "look for leases at their limit", sql -> atTheirLimit(sql, after, Micros.of(now)));
      all.addAll(end(page, now));
      last = page.size() < STEP ? null : page.get(page.size() - 1).delivery();
    }
  }

  private static List<Lease> atTheirLimit(Sql sql, DeliveryKey after, long now) {
    for (Row left : sql.select(Statements.LIMITS_LEFT_BEHIND, now, STEP)) {
      sql.update(PortableSql.DELETE_LIMIT, left.number(0), left.number(1), left.uuid(2));
    }
    return sql
        .select(
            Statements.LIMIT_REACHED,
            now,
            after.position(),
            after.position(),
            after.groupId(),
            STEP)
        .stream()
        .map(LeaseRows::read)
        .toList();
  }

  private List<Expired> end(List<Lease> leases, Instant now) {
    Map<Lease, RetryVerdict> verdicts = new LinkedHashMap<>();
    for (Lease lease : leases) {
      verdicts.put(
          lease,
          catalog.reachable(lease, lease.policy().afterFailure(lease.attempt(), Optional.empty())));
    }
    if (verdicts.isEmpty()) {
      return List.of();
    }
    Map<Lease, Expired> ended =
        transactions.repeatable(
            "expire leases",
            sql -> {
              transactions.boundWaits(sql);
              return end(sql, verdicts, now);
            });
    ended.forEach(
        (lease, expired) ->
            expired.result().ifPresent(followed -> LeaseEnding.log(lease, followed, ERROR)));
    return List.copyOf(ended.values());
  }

  private Map<Lease, Expired> end(Sql sql, Map<Lease, RetryVerdict> verdicts, Instant now) {
    Map<Lease, Expired> ended = new LinkedHashMap<>();
    verdicts.forEach(
        (lease, verdict) -> {
          if (isFree(sql, lease) && hasRunOut(sql, lease, now)) {
            end(sql, lease, verdict, now).ifPresent(expired -> ended.put(lease, expired));
          }
        });
    return ended;
  }

  /** Not even waiting for a transaction that is settling it. */
  private static boolean isFree(Sql sql, Lease lease) {
    return !sql.select(
            Statements.LOCK_LEASED,
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token(),
            DeliveryState.READY.name())
        .isEmpty();
  }

  /** It may have been renewed since it was found. */
  private static boolean hasRunOut(Sql sql, Lease lease, Instant now) {
    long micros = Micros.of(now);
    return !sql.select(
            Statements.HAS_RUN_OUT,
            lease.termId(),
            micros,
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token(),
            micros)
        .isEmpty();
  }

  private Optional<Expired> end(Sql sql, Lease lease, RetryVerdict verdict, Instant now) {
    if (!lease.counted() && !wasHandedOver(sql, lease)) {
      return ending.expireUncounted(sql, lease)
          ? Optional.of(expired(lease, Optional.empty()))
          : Optional.empty();
    }
    return ending
        .end(sql, lease, DeliveryState.LEASED, verdict, AttemptOutcome.EXPIRED, ERROR, now)
        .map(result -> expired(lease, Optional.of(result)));
  }

  /** A lease taken ahead gets its limit when it is handed over: then its attempt did start. */
  private static boolean wasHandedOver(Sql sql, Lease lease) {
    return !sql.select(
            Statements.HAS_LIMIT,
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token())
        .isEmpty();
  }

  private static Expired expired(Lease lease, Optional<FailureResult> result) {
    return new Expired(lease.delivery(), lease.queue(), lease.messageId(), lease.attempt(), result);
  }
}
