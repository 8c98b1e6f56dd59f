package dev.waybill.api;

import dev.waybill.api.spi.Watermarked;

/**
 * Tells a consumer whether a message of a {@linkplain MessageStream stream} is new to its group, so
 * that what it does, whatever that is, is done effectively once:
 *
 * <pre>{@code
 * public void onMessage(Message message) {
 *   if (Watermark.firstTime(message)) {
 *     post(message.json(Invoice.class));
 *   }
 * }
 * }</pre>
 */
public final class Watermark {

  private Watermark() {}

  /**
   * Records the message's sequence as the highest of its producer in the listener's group and
   * queue, in the listener's own transaction: it counts if that commits, and is forgotten if it
   * rolls back. Asked again for the same delivery, the answer is the same.
   *
   * <p>A stream is delivered in order, so a sequence that is not higher than what was recorded is
   * that of a duplicate: of a message that is redriven or replayed after it was done. One exception
   * is to be known: a message that was dead-lettered, and is redriven after later ones were
   * recorded, is answered false although it was never done. Dead letters of streams need somebody
   * who decides.
   *
   * <p>The store keeps a small row for each group and producer id for good.
   *
   * @param message the message in hand, with a producer id
   * @return true if it is new; false for a duplicate, and then nothing was recorded
   * @throws QueueException {@code INVALID} outside a transacted delivery, in another transaction
   *     than the listener's, or for a message that was not sent in a stream; {@code UNAVAILABLE} if
   *     the store is out of reach, or another transaction is recording the same (the delivery then
   *     rolls back and is tried again)
   */
  public static boolean firstTime(Message message) {
    if (message instanceof Watermarked watermarked) {
      return watermarked.firstTime();
    }
    throw new QueueException(
        QueueException.Kind.INVALID,
        message == null
            ? "Watermark.firstTime needs a message; it was given null."
            : "Message "
                + message.id()
                + " (queue "
                + message.queue()
                + ") was not given to a listener by Waybill. Call Watermark.firstTime inside a queue"
                + " listener, with the message that it handles.");
  }
}
