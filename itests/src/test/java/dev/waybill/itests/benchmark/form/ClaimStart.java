package dev.waybill.itests.benchmark.form;

/**
 * Where the next claim's scan begins: at the rank up to which everything before was taken. Rows may
 * appear before it (late commits, higher priorities), so scans from the head are repeated, with a
 * duty cycle that bounds what they cost.
 */
final class ClaimStart {

  /** The longest share of the time that scans from the head may take: 1 / this. */
  private static final int DUTY = 20;

  private final boolean remembered;
  private long rank = Long.MIN_VALUE;
  private long readyMeanwhile = Long.MAX_VALUE;
  private long headAllowedNanos;

  /**
   * A start.
   *
   * @param remembered false if every scan begins at the head
   */
  ClaimStart(boolean remembered) {
    this.remembered = remembered;
  }

  /** Whether a scan may begin at the head now. */
  synchronized boolean mayBeHead() {
    return !remembered || System.nanoTime() - headAllowedNanos >= 0;
  }

  /** Where a scan begins that does not begin at the head; it begins now. */
  synchronized long begin() {
    readyMeanwhile = Long.MAX_VALUE;
    return rank;
  }

  /** A scan from the head took some time. */
  synchronized void headScanned(long startNanos, long endNanos) {
    headAllowedNanos = endNanos + DUTY * (endNanos - startNanos);
  }

  /** A claim ended at a rank: what was ready before that when it began is taken. */
  synchronized void reached(long last) {
    rank = remembered ? Math.min(last, readyMeanwhile) : Long.MIN_VALUE;
  }

  /** A row of this rank has become ready. */
  synchronized void lower(long ready) {
    rank = Math.min(rank, ready);
    readyMeanwhile = Math.min(readyMeanwhile, ready);
  }
}
