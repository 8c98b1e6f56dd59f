package dev.waybill.core.store;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
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
    while (all.size() < limit) {
      int step = Math.min(STEP, limit - all.size());
      List<Lease> candidates =
          transactions.repeatable(
              "look for expired leases", sql -> candidates(sql, clock.now(), step));
      Map<Lease, RetryVerdict> verdicts = new LinkedHashMap<>();
      for (Lease lease : candidates) {
        verdicts.put(
            lease,
            catalog.reachable(
                lease, lease.policy().afterFailure(lease.attempt(), Optional.empty())));
      }
      List<Expired> ended =
          verdicts.isEmpty()
              ? List.of()
              : transactions.repeatable(
                  "expire leases",
                  sql -> {
                    transactions.boundWaits(sql);
                    return end(sql, verdicts);
                  });
      all.addAll(ended);
      if (candidates.size() < step || ended.isEmpty()) {
        break;
      }
    }
    return all;
  }

  private static List<Lease> candidates(Sql sql, Instant now, int limit) {
    Map<UUID, Lease> found = new LinkedHashMap<>();
    for (String statement : List.of(Statements.TERM_ENDED, Statements.LIMIT_REACHED)) {
      for (Row row : sql.select(statement, Micros.of(now), limit)) {
        Lease lease = LeaseRows.read(row);
        found.put(lease.token(), lease);
      }
    }
    return found.values().stream().limit(limit).toList();
  }

  private List<Expired> end(Sql sql, Map<Lease, RetryVerdict> verdicts) {
    Instant now = clock.now();
    List<Expired> ended = new ArrayList<>();
    verdicts.forEach(
        (lease, verdict) -> {
          if (isFree(sql, lease) && hasRunOut(sql, lease, now)) {
            end(sql, lease, verdict, now).ifPresent(ended::add);
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
            DeliveryState.LEASED.name())
        .isEmpty();
  }

  /** It may have been renewed since it was found. */
  private static boolean hasRunOut(Sql sql, Lease lease, Instant now) {
    return !sql.select(
            Statements.HAS_RUN_OUT, lease.termId(), Micros.of(now), lease.token(), Micros.of(now))
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
    return !sql.select(Statements.HAS_LIMIT, lease.token()).isEmpty();
  }

  private static Expired expired(Lease lease, Optional<FailureResult> result) {
    return new Expired(lease.delivery(), lease.queue(), lease.messageId(), lease.attempt(), result);
  }
}
