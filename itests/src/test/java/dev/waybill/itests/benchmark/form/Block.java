package dev.waybill.itests.benchmark.form;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The messages of one claim, counted down as they end. */
final class Block {

  private final UUID token = UUID.randomUUID();
  private final long leasedAt;
  private final AtomicInteger left = new AtomicInteger();

  Block(long leasedAt) {
    this.leasedAt = leasedAt;
  }

  UUID token() {
    return token;
  }

  long leasedAt() {
    return leasedAt;
  }

  void holds(int messages) {
    left.set(messages);
  }

  /**
   * One of its messages is over.
   *
   * @return whether it was the last one
   */
  boolean oneIsOver() {
    return left.decrementAndGet() == 0;
  }
}
