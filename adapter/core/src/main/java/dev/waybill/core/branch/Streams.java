package dev.waybill.core.branch;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.NewMessage;
import java.util.Objects;

/**
 * Opens the streams of producers.
 *
 * @param sender checks and encodes messages
 * @param branches finds the caller's branch
 * @param store knows the streams
 * @param windows tells of streams that wait for their consumers
 */
public record Streams(
    Sender sender, CurrentBranch branches, StreamStore store, StreamWindows windows) {

  private static final int LARGEST_WINDOW = 10_000;

  /** Checks that no part is missing. */
  public Streams {
    Objects.requireNonNull(sender, "sender");
    Objects.requireNonNull(branches, "branches");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(windows, "windows");
  }

  /**
   * Takes a stream over, in a commit of its own.
   *
   * @param producerId whose stream it is
   * @param maxOutstanding its window
   * @return the stream, of which the caller is the owner now
   * @throws QueueException {@code INVALID} if an argument is out of range; {@code UNAVAILABLE}
   *     while a transaction of an owner before is undecided
   */
  public StreamSender open(String producerId, int maxOutstanding) {
    if (producerId == null) {
      throw invalid("its producer id is null. Name the producer.");
    }
    try {
      MessageEncoder.checkProducerId(producerId);
    } catch (QueueException e) {
      throw new QueueException(e.kind(), "A stream cannot be opened. " + e.getMessage(), e);
    }
    if (maxOutstanding < 1 || maxOutstanding > LARGEST_WINDOW) {
      throw invalid(
          "maxOutstanding="
              + maxOutstanding
              + " of producer \""
              + producerId
              + "\" is outside 1 to "
              + LARGEST_WINDOW
              + ". Choose how many of its messages may be unsettled at a time.");
    }
    return new StreamSender(this, producerId, store.takeOver(producerId), maxOutstanding);
  }

  /** Checks and encodes a message for a stream. */
  NewMessage encode(String producerId, OutgoingMessage message) {
    NewMessage encoded = sender.encode(message);
    if (encoded.orderingKey() != null) {
      throw notInStream(
          producerId, encoded, "an ordering key, but a stream is an ordering key of its own");
    }
    if (encoded.deduplication() != null) {
      throw notInStream(
          producerId,
          encoded,
          "a deduplication id, but in a stream it is the sequence that tells a message sent again");
    }
    return encoded;
  }

  private static QueueException notInStream(String producerId, NewMessage message, String what) {
    return new QueueException(
        Kind.INVALID,
        "Message to "
            + message.queue()
            + " in the stream of producer \""
            + producerId
            + "\": It has "
            + what
            + ". Leave it out, or send the message without the stream. Nothing was sent.");
  }

  private static QueueException invalid(String what) {
    return new QueueException(Kind.INVALID, "A stream cannot be opened: " + what);
  }
}
