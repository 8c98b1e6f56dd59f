package dev.waybill.api;

import java.time.Duration;
import java.util.Optional;

/**
 * Takes one message at a time from one or more queues; made by {@link QueueReceiver#consumer}.
 *
 * <p><b>Automatic completion</b> (the default). In a Jakarta Transactions transaction the message
 * is completed with it: a rollback fails the attempt, and the message is tried again by the
 * schedule. Without a transaction it is completed in a commit of its own before {@link #next}
 * returns: a crash right afterwards loses it. A sender that waits for a response gets none.
 *
 * <p><b>Manual completion</b> ({@link #manualCompletion}). A message is pending until it is settled
 * by {@link Message#complete}, {@link Message#ack}, {@link Message#retry()} or {@link
 * Message#reject}: in the transaction that is active then (if that rolls back, the attempt has
 * failed), or in a commit of its own. Until then the next one is refused with {@link
 * MessagePendingException}. Its lease is renewed for as long as this process lives, however long
 * that takes; after 30 s one warning is logged. If the process dies, the message is tried again by
 * the schedule, with outcome {@link AttemptOutcome#EXPIRED}. {@link Message#extendLease} only
 * checks that the lease is still held.
 *
 * <p><b>Threads.</b> Used by one thread at a time; {@link #close} may be called by any. A consumer
 * costs nothing while it is not used, and may be kept for the life of the application or made for
 * each message.
 */
public interface QueueConsumer extends AutoCloseable {

  /**
   * From now on messages are completed by the caller.
   *
   * @return this consumer
   */
  QueueConsumer manualCompletion();

  /**
   * The next message. The claim is a commit of its own, also in a transaction.
   *
   * @param timeout how long to wait for one, 0 s to 1 d. An interrupt, too, ends the wait, and
   *     leaves the thread interrupted
   * @return empty if none came in time, or the wait was ended by an interrupt or by {@link #close}
   * @throws MessagePendingException if the message before it is pending
   * @throws QueueException {@code INVALID} if the timeout is out of range, or if a message is to be
   *     completed with a transaction that can no longer commit; {@code CONFLICT} if the consumer is
   *     closed; {@code UNAVAILABLE}, retryable, if the store is out of reach or the adapter stops.
   *     {@code UNAVAILABLE} that is not retryable (only with automatic completion without a
   *     transaction): whether the message was completed is not known yet
   */
  Optional<Message> next(Duration timeout);

  /**
   * The next message, if there is one now. The same as {@code next(Duration.ZERO)}.
   *
   * @return empty if there is none
   * @throws QueueException as {@link #next}
   */
  default Optional<Message> tryNext() {
    return next(Duration.ZERO);
  }

  /**
   * Ends a waiting {@link #next}, and the attempt at a pending message: it counts as failed, and
   * the message is tried again by the schedule. May be repeated. A consumer that is dropped without
   * it ends a pending message in the same way, once it has been garbage collected.
   */
  @Override
  void close();
}
