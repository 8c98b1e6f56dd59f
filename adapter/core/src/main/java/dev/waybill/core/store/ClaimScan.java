package dev.waybill.core.store;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.GroupScan.NextLook;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.ScanStart.Scan;
import dev.waybill.core.store.sql.Claim;
import dev.waybill.core.store.sql.Claim.Block;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Finds what is ready in one transaction, and leases it. */
final class ClaimScan {

  private static final int HIGHEST_PRIORITY = 9;

  private final Dialect dialect;
  private final long ageingMicros;
  private final StoreClock clock;
  private final Map<Long, GroupScan> groups = new ConcurrentHashMap<>();

  ClaimScan(Dialect dialect, long ageingMicros, StoreClock clock) {
    this.dialect = dialect;
    this.ageingMicros = ageingMicros;
    this.clock = clock;
  }

  /** One queue, and the key of the group that reads it. */
  record Source(QueueName queue, long groupId) {}

  /** What is remembered of a group. */
  GroupScan group(long groupId) {
    return groups.computeIfAbsent(groupId, id -> new GroupScan(id, clock));
  }

  /**
   * Leases from one queue after the other, each getting an even share of what is still wanted; a
   * batch is of one queue.
   *
   * @param consumer who leases, for people
   */
  List<LeasedMessage> claim(
      Sql sql, ClaimRequest request, List<Source> sources, String consumer, Instant now) {
    List<LeasedMessage> claimed = new ArrayList<>();
    sources.forEach(source -> group(source.groupId()).promote(sql, dialect, ageingMicros, now));
    List<Source> more = new ArrayList<>();
    for (int i = 0; i < sources.size() && !done(request, claimed); i++) {
      int wanted = request.count() - claimed.size();
      int left = request.manner() == ClaimManner.BATCH ? 1 : sources.size() - i;
      int share = (wanted + left - 1) / left;
      if (claimFrom(sql, request, sources.get(i), share, consumer, now, claimed)) {
        more.add(sources.get(i));
      }
    }
    // What some queues left of their share goes to those that have more.
    for (int i = 0; i < more.size() && !done(request, claimed); i++) {
      int wanted = request.count() - claimed.size();
      claimFrom(sql, request, more.get(i), wanted, consumer, now, claimed);
    }
    return claimed;
  }

  private static boolean done(ClaimRequest request, List<LeasedMessage> claimed) {
    boolean batch = request.manner() == ClaimManner.BATCH && !claimed.isEmpty();
    return batch || claimed.size() >= request.count() || isAlone(request, claimed);
  }

  private static boolean isAlone(ClaimRequest request, List<LeasedMessage> claimed) {
    return request.manner() != ClaimManner.COUNTED
        && !claimed.isEmpty()
        && claimed.get(0).lease().counted();
  }

  /** Leases from one queue; whether it may have more. */
  private boolean claimFrom(
      Sql sql,
      ClaimRequest request,
      Source source,
      int count,
      String consumer,
      Instant now,
      List<LeasedMessage> claimed) {
    ScanStart start = group(source.groupId()).ready();
    int left = count;
    boolean full = true;
    while (left > 0 && full && !isAlone(request, claimed)) {
      int most = Math.min(left, Claim.LARGEST);
      // Only what is handed over at once may have been tried.
      ClaimManner manner =
          request.manner() == ClaimManner.FIRST && !claimed.isEmpty()
              ? ClaimManner.AHEAD
              : request.manner();
      Scan scan = start.begin();
      Claim claim =
          new Claim(
              UUID.randomUUID(),
              request.termId(),
              source.groupId(),
              source.queue().toString(),
              request.policy().encode(),
              Micros.of(now),
              scan.from(),
              most,
              manner);
      Block block = dialect.claim(sql, claim);
      List<Row> rows = block.rows();
      full = rows.size() == most;
      start.end(
          scan,
          rows.isEmpty()
              ? Optional.empty()
              : Optional.of(rows.get(rows.size() - 1).number(Block.RANK)),
          full || cutShort(manner, block));
      left -= rows.size();
      List<LeasedMessage> leased = leased(request, source, claim, block, consumer);
      limit(sql, request, claimed.isEmpty(), leased, now);
      claimed.addAll(leased);
    }
    return full;
  }

  /** A block of untried messages may have ended at a tried one: then there was more to see. */
  private static boolean cutShort(ClaimManner manner, Block block) {
    return manner != ClaimManner.COUNTED && !block.rows().isEmpty();
  }

  private static List<LeasedMessage> leased(
      ClaimRequest request, Source source, Claim claim, Block block, String consumer) {
    List<LeasedMessage> leased = new ArrayList<>();
    for (Row row : block.rows()) {
      MessageData message = MessageRows.toMessage(source.queue(), row);
      Lease lease =
          new Lease(
              claim.token(),
              new DeliveryKey(message.position(), source.groupId()),
              source.queue(),
              message.id(),
              row.count(Block.ATTEMPTS) + 1,
              block.counted(),
              request.termId(),
              request.policy(),
              consumer,
              Micros.toInstant(claim.nowMicros()),
              message.lineKey(),
              MessageRows.awaiter(row, request.group()));
      leased.add(new LeasedMessage(lease, message));
    }
    return leased;
  }

  /** Leases that begin now get their fixed end. */
  private static void limit(
      Sql sql, ClaimRequest request, boolean first, List<LeasedMessage> leased, Instant now) {
    int begin =
        switch (request.manner()) {
          case COUNTED -> leased.size();
          case FIRST -> first ? Math.min(1, leased.size()) : 0;
          case AHEAD -> 0;
          case BATCH -> leased.isEmpty() || !leased.get(0).lease().counted() ? 0 : 1;
        };
    if (begin > 0 && request.leaseLimit().isPresent()) {
      LeaseRows.insertLimits(
          sql,
          leased.subList(0, begin).stream().map(LeasedMessage::lease).toList(),
          Micros.of(now.plus(request.leaseLimit().get())));
    }
  }

  /** When to look again; empty if nothing is to be expected. */
  Optional<Instant> nextLook(Sql sql, List<Source> sources) {
    return sources.stream()
        .map(source -> group(source.groupId()).nextLook(sql))
        .reduce(NextLook.NEVER, NextLook::and)
        .at();
  }

  /** A claim was undone, or may have been: what it saw is worth nothing. */
  void forget(List<Source> sources) {
    sources.forEach(source -> group(source.groupId()).forget());
  }

  /** A delivery of a group, of a priority that is not known here, will be available, or is. */
  void availableAt(long groupId, Instant at) {
    availableAt(groupId, at, HIGHEST_PRIORITY);
  }

  /** A delivery of a group will be available at a time, or is. */
  void availableAt(long groupId, Instant at, int priority) {
    GroupScan group = group(groupId);
    group.due(at);
    // Who promotes it when it is due knows its rank then.
    if (!at.isAfter(clock.now())) {
      group.ready().lower(Micros.of(at) - priority * ageingMicros);
    }
  }

  /** Leases ended whose messages are ready again, with ranks that are not known here. */
  void readyAgain(Collection<Lease> leases) {
    leases.forEach(lease -> group(lease.delivery().groupId()).ready().forget());
  }
}
