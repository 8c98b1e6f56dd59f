package dev.waybill.itests.benchmark.work;

/** The time of one run: it stands still until the run starts, so that preparing it costs none. */
public final class RunClock {

  private final long base = System.currentTimeMillis() * 1_000;
  private volatile long startedNanos;

  /** Lets it go. */
  public void start() {
    startedNanos = System.nanoTime();
  }

  /** Microseconds since 1970. */
  public long micros() {
    long started = startedNanos;
    return started == 0 ? base : base + (System.nanoTime() - started) / 1_000;
  }
}
