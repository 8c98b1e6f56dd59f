package dev.waybill.api;

import java.time.Duration;
import java.util.List;

/**
 * Messages of one queue, handed to a {@link QueueBatchListener} in one transaction; never empty.
 * Calls on a single message beat calls on the batch. Not thread-safe.
 */
public interface MessageBatch extends Iterable<Message> {

  /** The queue all of them come from, {@code namespace:name}. */
  String queue();

  /** The messages, in the order they were claimed. Not modifiable. */
  List<Message> messages();

  /**
   * Decides that every message without a decision of its own is done.
   *
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void ackAll();

  /**
   * Decides to retry every message without a decision of its own, by the schedule.
   *
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void retryAll();

  /**
   * Decides to retry every message without a decision of its own after a delay.
   *
   * @param delay 0 to {@code maxDelay} (12 h by default)
   * @throws QueueException {@code INVALID} if the delay is null or out of range; {@code CONFLICT}
   *     after the listener has returned
   */
  void retryAll(Duration delay);
}
