package dev.waybill.api;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A reliable stream of messages: numbered 1, 2, 3 … without gaps for as long as its producer id is
 * used, across restarts. Opened with {@link QueueProducer#stream}.
 *
 * <p><b>Order.</b> A stream is an ordering key of its own: each group of a queue gets its messages
 * one at a time, in the order of their sequences. Messages may have an ordering key or a
 * deduplication id only outside of streams. A stream may send to several queues; in each of them
 * the sequences rise, and those that went to another queue are missing.
 *
 * <p><b>Transactions.</b> A message gets its sequence when it is sent; the sequence is the stream's
 * when the transaction commits, and free again if it rolls back. One transaction at a time sends in
 * a stream: while it is open or in doubt, another sender gets the retryable kind {@code
 * UNAVAILABLE}. Sends outside transactions wait for each other.
 *
 * <p><b>Window.</b> At most {@code maxOutstanding} messages are not yet settled (completed,
 * dead-lettered or settled as dead) by every group that there was when they were sent; those of the
 * open transaction count. A send beyond that waits, then fails with the retryable kind {@code
 * FULL}; at once if the caller's own transaction alone fills the window.
 *
 * <p><b>Owner.</b> Whoever opened the stream last owns it. All others before him get {@code
 * CONFLICT} from then on, and what they have not committed never will be.
 *
 * <p><b>After a restart</b> the producer opens its stream again, asks {@link #lastSequence} and
 * goes on after it; or it sends what it is not sure of again with {@link #send(long,
 * OutgoingMessage)}, and what had been committed is dropped.
 *
 * <p>The store keeps a small row for each producer id for good. Thread-safe.
 */
public interface MessageStream extends AutoCloseable {

  /** How long a send waits for room where the caller does not say: 5 s. */
  Duration DEFAULT_WAIT = Duration.ofSeconds(5);

  /**
   * What became of a send.
   *
   * @param sequence the number of the message in the stream, from 1
   * @param messageId its id; empty if it was dropped, because its sequence was sent before
   */
  record Sent(long sequence, Optional<UUID> messageId) {

    /** Whether it was dropped, because its sequence was sent before. */
    public boolean duplicate() {
      return messageId.isEmpty();
    }
  }

  /** Whose stream it is. */
  String producerId();

  /**
   * Sends a message with the next sequence, waiting up to {@link #DEFAULT_WAIT} for room.
   *
   * @param message what to send and where; without ordering key and deduplication id
   * @return its sequence and id
   * @throws QueueException as {@link QueueProducer#send}, and {@code FULL} (retryable) if there is
   *     no room; {@code UNAVAILABLE} (retryable) if another transaction that sends in the stream is
   *     undecided, or another call sends in it at the moment and does not end in time; {@code
   *     CONFLICT} if the stream has another owner or is closed. In a transaction these leave it as
   *     it was, unless another owner comes at the very moment of a send on the joined path: then it
   *     is marked for rollback
   */
  default Sent send(OutgoingMessage message) {
    return send(message, DEFAULT_WAIT);
  }

  /**
   * Sends a message with the next sequence.
   *
   * @param message what to send and where; without ordering key and deduplication id
   * @param wait how long to wait for room at most, up to 24 h; 0: not at all
   * @return its sequence and id
   * @throws QueueException as {@link #send(OutgoingMessage)}, and {@code INVALID} if {@code wait}
   *     is null or out of range
   */
  Sent send(OutgoingMessage message, Duration wait);

  /**
   * Sends a message again, or for the first time, with a sequence that the caller gives it, waiting
   * up to {@link #DEFAULT_WAIT} for room.
   *
   * @param sequence the next one, or one that was sent before: then the message is dropped
   * @param message what to send and where; that it is the same as before is not checked
   * @return its sequence, and its id unless it was dropped
   * @throws QueueException as {@link #send(OutgoingMessage)}, and {@code INVALID} if the sequence
   *     would leave a gap
   */
  default Sent send(long sequence, OutgoingMessage message) {
    return send(sequence, message, DEFAULT_WAIT);
  }

  /**
   * As {@link #send(long, OutgoingMessage)}, with another time to wait.
   *
   * @param sequence the next one, or one that was sent before
   * @param message what to send and where
   * @param wait how long to wait for room at most, up to 24 h; 0: not at all
   * @return its sequence, and its id unless it was dropped
   * @throws QueueException as {@link #send(long, OutgoingMessage)}
   */
  Sent send(long sequence, OutgoingMessage message, Duration wait);

  /**
   * The last sequence that is committed; 0 if none is. Asked outside the caller's transaction,
   * whose sends do not count.
   *
   * @throws QueueException {@code UNAVAILABLE} if the store is out of reach
   */
  long lastSequence();

  /**
   * The highest sequence of which all up to it are settled by every group that there was when they
   * were sent; 0 if there is none.
   *
   * @throws QueueException {@code UNAVAILABLE} if the store is out of reach
   */
  long lastAcknowledged();

  /**
   * Takes no more messages: further sends fail with {@code CONFLICT}. Nothing else changes; what
   * was sent goes its way, and the stream can be opened again.
   */
  @Override
  void close();
}
