package dev.waybill.core.store;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Claim;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.PortableSql;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Makes leases that were taken ahead fit to be worked under. What must be counted first moves to a
 * block of its own, whose token marks and counts its deliveries in one statement: the row of a
 * block never changes (rule C4), and one that is counted says so to whoever finds it.
 */
final class HandOver {

  private final Transactions transactions;
  private final OwnBlocks blocks;
  private final StoreClock clock;

  HandOver(Transactions transactions, OwnBlocks blocks, StoreClock clock) {
    this.transactions = transactions;
    this.blocks = blocks;
    this.clock = clock;
  }

  /** As {@link LeaseStore#handOver}. */
  List<Lease> begin(List<Lease> leases, Optional<Instant> expiresAt) {
    if (leases.isEmpty() || (expiresAt.isEmpty() && leases.stream().noneMatch(HandOver::counts))) {
      return leases;
    }
    if (expiresAt.isPresent()) {
      leases.forEach(blocks::limited);
    }
    List<Lease> held =
        transactions.readingBack(
            "hand over messages of " + leases.get(0).queue(),
            sql -> begin(sql, leases, expiresAt),
            lost ->
                lost.stream()
                    .filter(Lease::counted)
                    .findFirst()
                    .map(counted -> LeaseRows.wasMarked(transactions, counted))
                    .orElse(expiresAt.isEmpty()));
    remember(leases, held, expiresAt.isPresent());
    if (held.stream().anyMatch(Lease::counted)) {
      transactions.awaitDurable();
    }
    return held;
  }

  private static boolean counts(Lease lease) {
    return !lease.counted() && lease.mustBeCounted();
  }

  private List<Lease> begin(Sql sql, List<Lease> leases, Optional<Instant> expiresAt) {
    transactions.boundWaits(sql);
    Map<Lease, Lease> counted = count(sql, leases.stream().filter(HandOver::counts).toList());
    List<Lease> held = new ArrayList<>();
    for (Lease lease : leases) {
      if (counts(lease)) {
        Optional.ofNullable(counted.get(lease)).ifPresent(held::add);
      } else if (expiresAt.isEmpty() || LeaseRows.isOnRow(sql, lease)) {
        held.add(lease);
      }
    }
    if (expiresAt.isPresent() && !held.isEmpty()) {
      LeaseRows.insertLimits(sql, held, Micros.of(expiresAt.get()));
    }
    return held;
  }

  /** Counts the attempts of leases of one group; those that are lost are missing in the result. */
  private Map<Lease, Lease> count(Sql sql, List<Lease> leases) {
    if (leases.isEmpty()) {
      return Map.of();
    }
    UUID token = UUID.randomUUID();
    Instant now = clock.now();
    Map<UUID, List<Lease>> byToken = new LinkedHashMap<>();
    leases.forEach(
        lease -> byToken.computeIfAbsent(lease.token(), any -> new ArrayList<>()).add(lease));
    Map<Lease, Lease> counted = new HashMap<>();
    List<Long> positions = new ArrayList<>();
    byToken.forEach(
        (old, block) -> {
          for (Lease lease : mark(sql, old, token, block)) {
            counted.put(lease, lease.counted(token, now));
            positions.add(lease.delivery().position());
          }
        });
    if (!positions.isEmpty()) {
      Lease any = leases.get(0);
      Claim claim =
          new Claim(
              token,
              any.termId(),
              any.delivery().groupId(),
              any.queue().toString(),
              any.policy().encode(),
              Micros.of(now),
              Long.MIN_VALUE,
              positions.size(),
              ClaimManner.COUNTED);
      PortableSql.insertBlock(sql, claim, true, positions);
    }
    return counted;
  }

  private static List<Lease> mark(Sql sql, UUID old, UUID token, List<Lease> block) {
    long groupId = block.get(0).delivery().groupId();
    List<Long> positions = block.stream().map(lease -> lease.delivery().position()).toList();
    String marks = Sql.marks(positions.size());
    int marked =
        sql.update(
            Statements.COUNT.formatted(marks),
            Sql.arguments(List.of(token, old, groupId), positions));
    if (marked == block.size()) {
      return block;
    }
    Set<Long> held = new HashSet<>();
    for (Row row :
        sql.select(
            Statements.MARKED.formatted(marks),
            Sql.arguments(List.of(token, groupId), positions))) {
      held.add(row.number(0));
    }
    return block.stream().filter(lease -> held.contains(lease.delivery().position())).toList();
  }

  private void remember(List<Lease> before, List<Lease> held, boolean limited) {
    Set<Lease> same = new HashSet<>(held);
    blocks.claimed(held.stream().filter(Lease::counted).toList());
    blocks.ended(before.stream().filter(lease -> !same.contains(lease)).toList());
    if (limited) {
      held.forEach(blocks::limited);
    }
  }
}
