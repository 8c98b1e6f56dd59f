package dev.waybill.core.branch;

import dev.waybill.core.model.QueueName;

/**
 * How far the messages of a stream went to more than one queue. In one queue they are settled in
 * order, so that with the first that is unsettled all after it are, and nothing has to be counted.
 */
final class Spread {

  private long upTo;
  private QueueName queue;

  /** Nothing is known of the messages up to a sequence. */
  Spread(long lastSequence) {
    upTo = lastSequence;
  }

  /** A message is sent; its transaction may roll back. */
  void sent(QueueName to, long sequence) {
    if (queue != null && !queue.equals(to)) {
      upTo = sequence - 1;
    }
    queue = to;
  }

  /** Whether what is unsettled can only be known by counting. */
  boolean hasToCount(StreamState state) {
    return state.lastAcknowledged() < upTo;
  }
}
