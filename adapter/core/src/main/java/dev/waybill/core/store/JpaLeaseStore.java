package dev.waybill.core.store;

import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.LeaseRows.Block;
import dev.waybill.core.store.entity.LeaseTerm;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Leases as rows. */
final class JpaLeaseStore implements LeaseStore {

  private final Transactions transactions;
  private final QueueCatalog catalog;
  private final ClaimScan scan;
  private final LeaseEnding ending;
  private final Expiry expiry;
  private final OwnBlocks blocks;
  private final HandOver handOver;
  private final StoreClock clock;
  private final Map<UUID, String> consumers = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();

  JpaLeaseStore(
      Transactions transactions,
      QueueCatalog catalog,
      ClaimScan scan,
      LeaseEnding ending,
      Expiry expiry,
      OwnBlocks blocks,
      StoreClock clock) {
    this.transactions = transactions;
    this.catalog = catalog;
    this.scan = scan;
    this.ending = ending;
    this.expiry = expiry;
    this.blocks = blocks;
    this.handOver = new HandOver(transactions, blocks, clock);
    this.clock = clock;
  }

  @Override
  public UUID openTerm(String consumer, Instant expiresAt) {
    UUID id = UUID.randomUUID();
    transactions.repeatable(
        "open a lease term for " + consumer,
        sql -> sql.entities().merge(new LeaseTerm(id, consumer, Micros.of(expiresAt))));
    consumers.put(id, consumer);
    return id;
  }

  @Override
  public Set<UUID> renewTerms(Collection<TermExpiry> expiry) {
    Set<UUID> there =
        tidying(
            over ->
                transactions.repeatable(
                    "renew lease terms",
                    sql -> {
                      LeaseRows.removeOver(sql, over);
                      return renew(sql, expiry);
                    }));
    expiry.stream()
        .map(TermExpiry::termId)
        .filter(term -> !there.contains(term))
        .forEach(consumers::remove);
    return there;
  }

  private static Set<UUID> renew(Sql sql, Collection<TermExpiry> expiry) {
    Set<UUID> there = new HashSet<>();
    for (TermExpiry term : expiry) {
      if (sql.update(Statements.RENEW_TERM, Micros.of(term.expiresAt()), term.termId()) == 1) {
        there.add(term.termId());
      }
    }
    return there;
  }

  @Override
  public boolean prolongTerm(UUID termId, Instant expiresAt) {
    long end = Micros.of(expiresAt);
    boolean there =
        transactions.repeatable(
            "prolong lease term " + termId,
            sql -> sql.update(Statements.PROLONG_TERM, end, end, termId) == 1);
    if (!there) {
      consumers.remove(termId);
    }
    return there;
  }

  /** Work that removes blocks which are over on its way. */
  private <T> T tidying(Function<List<Block>, T> work) {
    List<Block> over = blocks.takeOver();
    try {
      return work.apply(over);
    } catch (RuntimeException e) {
      blocks.putBack(over);
      throw e;
    }
  }

  @Override
  public void closeTerm(UUID termId) {
    tidying(
        over ->
            transactions.repeatable(
                "close lease term " + termId,
                sql -> {
                  LeaseRows.removeOver(sql, over);
                  return sql.update(Statements.RENEW_TERM, -Micros.of(clock.now()), termId);
                }));
    consumers.remove(termId);
  }

  @Override
  public List<LeasedMessage> claim(ClaimRequest request) {
    List<ClaimScan.Source> sources = new ArrayList<>(sources(request.queues(), request.group()));
    Collections.rotate(sources, -Math.floorMod(turn.getAndIncrement(), sources.size()));
    List<LeasedMessage> claimed;
    try {
      claimed = tidying(over -> claim(request, sources, over));
    } catch (RuntimeException e) {
      scan.forget(sources);
      throw e;
    }
    blocks.claimed(claimed.stream().map(LeasedMessage::lease).toList());
    if (request.leaseLimit().isPresent()) {
      claimed.forEach(message -> blocks.limited(message.lease()));
    }
    if (!claimed.isEmpty() && claimed.get(0).lease().counted()) {
      transactions.awaitDurable();
    }
    return claimed;
  }

  private List<LeasedMessage> claim(
      ClaimRequest request, List<ClaimScan.Source> sources, List<Block> over) {
    boolean[] undone = new boolean[1];
    return transactions.readingBack(
        "claim from " + request.queues(),
        sql -> {
          if (undone[0]) {
            scan.forget(sources);
          }
          undone[0] = true;
          LeaseRows.removeOver(sql, over);
          return scan.claim(sql, request, sources, consumer(sql, request.termId()), clock.now());
        },
        lost -> lost.isEmpty() || LeaseRows.wasMarked(transactions, lost.get(0).lease()));
  }

  private String consumer(Sql sql, UUID termId) {
    return consumers.computeIfAbsent(
        termId, id -> sql.selectOne(Statements.CONSUMER, id).map(row -> row.text(0)).orElse(""));
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
        "look for the next due message", sql -> scan.nextLook(sql, sources));
  }

  @Override
  public boolean limitLease(Lease lease, Instant expiresAt) {
    long end = Micros.of(expiresAt);
    blocks.limited(lease);
    return transactions.repeatable(
        "limit the lease of message " + lease.messageId(),
        sql -> {
          transactions.boundWaits(sql);
          if (!LeaseRows.isOnRow(sql, lease)) {
            return false;
          }
          if (!LeaseRows.moveLimit(sql, lease, end)) {
            LeaseRows.insertLimits(sql, List.of(lease), end);
          }
          return true;
        });
  }

  @Override
  public boolean extendLease(Lease lease, Instant expiresAt) {
    long end = Micros.of(expiresAt);
    return transactions.repeatable(
        "extend the lease of message " + lease.messageId(),
        sql -> {
          transactions.boundWaits(sql);
          if (!LeaseRows.isOnRow(sql, lease)) {
            return false;
          }
          if (LeaseRows.moveLimit(sql, lease, end)) {
            sql.update(Statements.PROLONG_TERM, end, end, lease.termId());
          }
          return true;
        });
  }

  @Override
  public List<Lease> handOver(List<Lease> leases, Optional<Instant> expiresAt) {
    return handOver.begin(leases, expiresAt);
  }

  @Override
  public void giveBack(Collection<Lease> leases) {
    List<Lease> ended =
        transactions.repeatable(
            "give leases back",
            sql -> {
              transactions.boundWaits(sql);
              return leases.stream().filter(lease -> ending.giveBack(sql, lease)).toList();
            });
    over(ended);
    scan.readyAgain(ended);
  }

  @Override
  public Optional<FailureResult> recordFailure(Lease lease, AttemptFailure failure) {
    return Optional.ofNullable(recordFailures(Map.of(lease, failure)).get(lease));
  }

  @Override
  public Map<Lease, FailureResult> recordFailures(Map<Lease, AttemptFailure> failures) {
    // In the order of their rows, so that two of these never wait for each other.
    Map<Lease, RetryVerdict> verdicts =
        new TreeMap<>(
            Comparator.comparing((Lease lease) -> lease.delivery().position())
                .thenComparing(lease -> lease.delivery().groupId()));
    failures.forEach(
        (lease, failure) -> verdicts.put(lease, catalog.reachable(lease, verdict(lease, failure))));
    Map<Lease, FailureResult> results =
        transactions.durably(
            "record the failure of " + named(failures.keySet()),
            sql -> recordFailures(sql, verdicts, failures),
            ended -> ended.keySet().stream().noneMatch(this::isHeld));
    over(results.keySet());
    results.forEach(
        (lease, followed) -> {
          LeaseEnding.log(lease, followed, failures.get(lease).error());
          if (followed instanceof FailureResult.Rescheduled again) {
            scan.availableAt(lease.delivery().groupId(), again.at());
          }
        });
    return results;
  }

  private static String named(Collection<Lease> leases) {
    String first = "message " + leases.iterator().next().messageId();
    return switch (leases.size()) {
      case 1 -> first;
      case 2 -> first + " and another of its batch";
      default -> first + " and " + (leases.size() - 1) + " others of its batch";
    };
  }

  private Map<Lease, FailureResult> recordFailures(
      Sql sql, Map<Lease, RetryVerdict> verdicts, Map<Lease, AttemptFailure> failures) {
    transactions.boundWaits(sql);
    Map<Lease, FailureResult> results = new LinkedHashMap<>();
    verdicts.forEach(
        (lease, verdict) -> {
          AttemptFailure failure = failures.get(lease);
          ending
              .end(
                  sql,
                  lease,
                  DeliveryState.LEASED,
                  verdict,
                  failure.outcome(),
                  failure.error(),
                  clock.now())
              .ifPresent(result -> results.put(lease, result));
        });
    return results;
  }

  @Override
  public void over(Collection<Lease> leases) {
    blocks.ended(leases);
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
          return LeaseRows.isOnRow(sql, lease);
        });
  }

  @Override
  public List<Lease> held(Collection<Lease.Key> keys) {
    Map<UUID, Map<Long, List<Long>>> claims = new LinkedHashMap<>();
    for (Lease.Key key : keys) {
      claims
          .computeIfAbsent(key.token(), token -> new LinkedHashMap<>())
          .computeIfAbsent(key.delivery().groupId(), group -> new ArrayList<>())
          .add(key.delivery().position());
    }
    return transactions.repeatable(
        "look up leases",
        sql -> {
          List<Lease> held = new ArrayList<>();
          claims.forEach(
              (token, groups) ->
                  groups.forEach(
                      (group, positions) ->
                          held.addAll(LeaseRows.held(sql, new Block(token, group, positions)))));
          return held;
        });
  }

  @Override
  public List<Lease> heldUnder(UUID termId) {
    return transactions.repeatable(
        "list the leases of term " + termId,
        sql ->
            sql.select(Statements.BLOCKS_UNDER, termId).stream()
                .map(Block::read)
                .flatMap(block -> LeaseRows.held(sql, block).stream())
                .toList());
  }

  @Override
  public List<Expired> expire(int limit) {
    List<Expired> expired = expiry.expire(limit);
    expired.forEach(each -> scan.group(each.delivery().groupId()).forget());
    return expired;
  }
}
