package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.ScanStart.Scan;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What this process remembers of one group's deliveries: where to look, and when. Thread-safe. */
final class GroupScan {

  private static final int PROMOTED_AT_ONCE = 200;
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final long groupId;
  private final ScanStart ready;
  private final ScanStart scheduled;
  private long nextDue = UNKNOWN;

  GroupScan(long groupId, StoreClock clock) {
    this.groupId = groupId;
    this.ready = new ScanStart(clock);
    this.scheduled = new ScanStart(clock);
  }

  ScanStart ready() {
    return ready;
  }

  /** A delivery will be due. */
  synchronized void due(Instant at) {
    long micros = Micros.of(at);
    if (nextDue != UNKNOWN && micros < nextDue) {
      nextDue = micros;
    }
    scheduled.lower(micros);
  }

  private synchronized long nextDue() {
    return nextDue;
  }

  private synchronized void nextDue(long micros) {
    nextDue = micros;
  }

  /** Makes due deliveries READY. */
  void promote(Sql sql, Dialect dialect, long ageingMicros, Instant now) {
    long micros = Micros.of(now);
    Scan scan = scheduled.begin();
    if (!scan.head() && nextDue() > micros) {
      scheduled.skipped();
      return;
    }
    look(sql, scan);
    if (nextDue() > micros) {
      scheduled.end(scan, Optional.empty(), false);
      return;
    }
    List<Row> due = dialect.lockDue(sql, groupId, scan.from(), micros, PROMOTED_AT_ONCE);
    nextDue(UNKNOWN);
    if (!due.isEmpty()) {
      List<Long> positions = due.stream().map(row -> row.number(0)).toList();
      sql.update(
          Statements.PROMOTE.formatted(Sql.marks(positions.size())),
          Sql.arguments(List.of(ageingMicros, groupId), positions));
      due.stream()
          .mapToLong(row -> row.number(1) - row.number(2) * ageingMicros)
          .min()
          .ifPresent(ready::lower);
    }
    scheduled.end(
        scan,
        due.isEmpty() ? Optional.empty() : Optional.of(due.get(due.size() - 1).number(1)),
        due.size() == PROMOTED_AT_ONCE);
  }

  /** Finds out when the next one is due. */
  private void look(Sql sql, Scan scan) {
    nextDue(
        sql.selectOne(Statements.NEXT_DUE, groupId, scan.from())
            .map(row -> row.number(0))
            .orElse(Long.MAX_VALUE));
  }

  /**
   * When to look again.
   *
   * @param due when the next delivery is due; empty if none is scheduled
   * @param postponed when all scans may begin at the head that had to begin elsewhere; empty if
   *     none
   */
  record NextLook(Optional<Instant> due, Optional<Instant> postponed) {

    static final NextLook NEVER = new NextLook(Optional.empty(), Optional.empty());

    /** One look for two groups: when the first is due, but not before all may begin at the head. */
    NextLook and(NextLook other) {
      return new NextLook(
          Stream.of(due, other.due).flatMap(Optional::stream).min(Instant::compareTo),
          Stream.of(postponed, other.postponed).flatMap(Optional::stream).max(Instant::compareTo));
    }

    Optional<Instant> at() {
      return Stream.of(due, postponed).flatMap(Optional::stream).min(Instant::compareTo);
    }
  }

  /** When to look for READY deliveries again. */
  NextLook nextLook(Sql sql) {
    Scan scan = scheduled.begin();
    if (scan.head() || nextDue() == UNKNOWN) {
      look(sql, scan);
      scheduled.end(scan, Optional.empty(), false);
    }
    long next = nextDue();
    Optional<Instant> due =
        next == Long.MAX_VALUE ? Optional.empty() : Optional.of(Micros.toInstant(next));
    return new NextLook(due, ready.postponedTo())
        .and(new NextLook(Optional.empty(), scheduled.postponedTo()));
  }

  /** What was found is undone, or may be. */
  void forget() {
    ready.forget();
    scheduled.forget();
    nextDue(UNKNOWN);
  }
}
