package dev.waybill.api;

import java.time.Duration;
import java.util.List;

/**
 * Messages of one queue, handed to a {@link QueueBatchListener} in one transaction; never empty,
 * and with at most one message of an ordering key.
 *
 * <p><b>What becomes of each message.</b> A call on the message itself ({@link Message#ack}, {@link
 * Message#complete}, {@link Message#retry()}, {@link Message#retry(Duration)}, {@link
 * Message#reject}) beats a call on the batch, in whatever order they were made; of two calls on the
 * message the last counts, and so does the last of two on the batch. Without either the message is
 * tried again by its schedule, or completed if the activation has {@code acknowledge=AUTO}. These
 * decisions commit with the listener's transaction.
 *
 * <p><b>If it throws or rolls back</b> all decisions are dropped, unlike those on the message of a
 * {@link QueueListener}, and each message is tried again by its schedule. Only a message whose
 * {@link WrongBodyTypeException} left the listener goes to the dead-letter queue at once.
 *
 * <p>Decisions are possible until the listener returns. Not thread-safe.
 */
public interface MessageBatch extends Iterable<Message> {

  /** The queue all of them come from, {@code namespace:name}. */
  String queue();

  /** The messages, 1 to {@code batchSize}, in the order they were claimed. Not modifiable. */
  List<Message> messages();

  /**
   * Decides that every message without a decision of its own is done.
   *
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void ackAll();

  /**
   * Decides to retry every message without a decision of its own, by the schedule. Counts like a
   * failure: a message on its last attempt is dead-lettered.
   *
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void retryAll();

  /**
   * Decides to retry every message without a decision of its own after a delay, which replaces the
   * schedule's delay but not its number of tries.
   *
   * @param delay 0 to {@code maxDelay} (12 h by default)
   * @throws QueueException {@code INVALID} if the delay is null or out of range, and an earlier
   *     decision stands; {@code CONFLICT} after the listener has returned
   */
  void retryAll(Duration delay);
}
