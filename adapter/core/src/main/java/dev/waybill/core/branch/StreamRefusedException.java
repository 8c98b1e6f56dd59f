package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.DurationText;
import java.time.Duration;

/**
 * A stream did not take a message. Nothing of the transaction that sends it is kept, if it was told
 * by writing; a call that only looked has left the transaction as it was.
 */
public final class StreamRefusedException extends QueueException {

  private static final long serialVersionUID = 1L;

  private StreamRefusedException(Kind kind, String message) {
    super(kind, message);
  }

  /** Somebody else has taken the stream over. */
  public static StreamRefusedException fenced(String producerId) {
    return new StreamRefusedException(
        Kind.CONFLICT,
        "The stream of producer \""
            + producerId
            + "\" has another owner: stream(…) was called again for this producer id, on this node"
            + " or another, so this one sends nothing any more. Nothing was sent. Give each running"
            + " producer an id of its own; if this one is to go on, open the stream again.");
  }

  /** A transaction that sends in the stream is neither committed nor rolled back. */
  public static StreamRefusedException undecided(String producerId) {
    return new StreamRefusedException(
        Kind.UNAVAILABLE,
        "The stream of producer \""
            + producerId
            + "\" is in use by a transaction that is open or in doubt, so which sequence comes next"
            + " is not known yet. Nothing was sent. Try again once that transaction has ended; if it"
            + " is in doubt, the recovery of its transaction manager decides it.");
  }

  /** Another call without a transaction did not end in time. */
  public static StreamRefusedException busy(String producerId, Duration wait) {
    return new StreamRefusedException(
        Kind.UNAVAILABLE,
        "Another call is sending in the stream of producer \""
            + producerId
            + "\", and did not end within "
            + DurationText.format(wait)
            + ", perhaps because it waits for room: sends in a stream come one after the other."
            + " Nothing was sent. Try again, or give send a longer wait.");
  }

  /** Messages that were committed before are not released yet. */
  public static StreamRefusedException unreleased(String producerId) {
    return new StreamRefusedException(
        Kind.UNAVAILABLE,
        "Messages that the stream of producer \""
            + producerId
            + "\" committed in two phases are not released yet, and later ones must not overtake"
            + " them. Nothing was sent. Try again: they are released when the transaction manager is"
            + " done with their transaction, or after releaseHold.");
  }

  /** Its last sequence is not what the sender had seen. */
  public static StreamRefusedException moved(String producerId) {
    return new StreamRefusedException(
        Kind.UNAVAILABLE,
        "The stream of producer \""
            + producerId
            + "\" has other sequences than when this transaction sent in it, because the outcome of"
            + " an earlier one was learnt late. Nothing of this transaction is kept. Begin it again.");
  }
}
