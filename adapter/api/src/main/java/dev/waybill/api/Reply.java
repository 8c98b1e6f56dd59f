package dev.waybill.api;

import java.util.Optional;
import java.util.UUID;

/**
 * What became of a message that its sender waited for. Immutable, and safe for any number of
 * threads.
 */
public interface Reply {

  /** How the wait ended. */
  enum Status {
    /** A consumer completed the message, and its transaction committed. */
    COMPLETED,
    /** It was given up: it is in the dead-letter queue, or kept as dead where there is none. */
    DEAD_LETTERED,
    /**
     * Neither is known to have happened within the time-out. The message stays in its queue and is
     * processed; a response that comes later is dropped. Rarely it was completed in time, but the
     * outcome of the consumer's commit was learnt too late: {@link QueueProducer#whenSettled}
     * tells.
     */
    TIMED_OUT
  }

  /** The id of the message: of the first one with its deduplication id, if that was sent before. */
  UUID messageId();

  /** How the wait ended. */
  Status status();

  /**
   * The consumer's response as text: a String as it was given, anything else as JSON.
   *
   * @return empty if the message is not completed, or was completed without a response
   */
  Optional<String> text();

  /**
   * The consumer's response as an object.
   *
   * @param type what to read it as, by Jakarta JSON Binding
   * @param <T> the type
   * @return a new object; empty if the message is not completed, or was completed without a
   *     response
   * @throws WrongBodyTypeException if the response is not JSON of that type
   */
  <T> Optional<T> json(Class<T> type);

  /**
   * Why the message was given up: the reason of {@link Message#reject}, or the last error.
   *
   * @return empty unless the status is {@link Status#DEAD_LETTERED}
   */
  Optional<String> reason();
}
