package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Micros;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the scans of one group's index begin. What comes before was seen taken, so walking over it
 * again is waste, and where an old snapshot is held open it is all the rows of the past. But rows
 * appear there late: a sender commits long after it drew its rank, or has a higher priority. So
 * scans from the head go on, with a share of the time that they may take: as often as wanted while
 * they cost next to nothing, seldom when they cost much. Thread-safe.
 */
final class ScanStart {

  /** A scan from the head may begin when this many times its cost has passed since the last. */
  static final int DUTY = 20;

  private final StoreClock clock;
  private long rank = Long.MIN_VALUE;
  private long version;
  private long headAllowedAt = Long.MIN_VALUE;
  private long costBefore;
  private long measuredAt = Long.MIN_VALUE;
  private long usual;
  private boolean postponed;

  ScanStart(StoreClock clock) {
    this.clock = clock;
  }

  /**
   * A scan that was begun.
   *
   * @param from where; {@link Long#MIN_VALUE}: at the head
   */
  record Scan(long from, boolean head, long version, long begunAt) {}

  /** Begins a scan. */
  synchronized Scan begin() {
    long now = Micros.of(clock.now());
    boolean head = now >= headAllowedAt;
    return new Scan(head ? Long.MIN_VALUE : rank, head, version, now);
  }

  /**
   * A scan is over.
   *
   * @param reached the rank of the last row it took; empty if it took none
   * @param full whether it took as many as it wanted, so that it may not have come to the end
   */
  synchronized void end(Scan scan, Optional<Long> reached, boolean full) {
    long now = Micros.of(clock.now());
    long took = Math.max(0, now - scan.begunAt());
    if (scan.head()) {
      measure(scan, now, Math.max(0, took - usual));
      postponed = false;
    } else {
      usual = took;
      postponed |= !full;
    }
    if (scan.version() == version && reached.isPresent()) {
      rank = scan.head() && full ? reached.get() : Math.max(rank, reached.get());
    }
  }

  /**
   * What any claim costs is not the cost of having begun at the head, nor is a single outlier; and
   * scans that ran at the same time were held up by the same pause of the machine or the database.
   */
  private void measure(Scan scan, long now, long cost) {
    if (scan.begunAt() < measuredAt) {
      return;
    }
    headAllowedAt = now + DUTY * Math.min(cost, costBefore);
    costBefore = cost;
    measuredAt = now;
  }

  /** Not even the remembered start was looked at: there was nothing to expect. */
  synchronized void skipped() {
    postponed = true;
  }

  /** A row appeared at a rank, or may have. */
  synchronized void lower(long to) {
    if (to < rank) {
      rank = to;
    }
    version++;
  }

  /** What is known is worth nothing: the next scan begins at the head. */
  synchronized void forget() {
    rank = Long.MIN_VALUE;
    version++;
  }

  /** When a scan from the head may begin that was put off; empty if none was. */
  synchronized Optional<Instant> postponedTo() {
    return postponed ? Optional.of(Micros.toInstant(headAllowedAt)) : Optional.empty();
  }
}
