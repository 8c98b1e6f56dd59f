package dev.waybill.api;

import dev.waybill.api.spi.CurrentDelivery;

/** The delivery that the current thread is handling. */
public final class DeliveryContext {

  private DeliveryContext() {}

  /**
   * The message being handled, anywhere below the listener on its thread. Below a {@link
   * QueueBatchListener} no single message is: pass the message on as an argument there.
   *
   * @return the message given to (or decoded for) the listener
   * @throws QueueException {@code INVALID} on a thread that is not inside a listener, and below a
   *     batch listener
   */
  public static Message current() {
    return CurrentDelivery.get()
        .orElseThrow(() -> new QueueException(QueueException.Kind.INVALID, whyNone()));
  }

  private static String whyNone() {
    String thread = "thread \"" + Thread.currentThread().getName() + "\"";
    return CurrentDelivery.batch()
        .map(
            batch ->
                "No single message is being delivered on "
                    + thread
                    + ": it handles a batch of "
                    + batch.messages().size()
                    + " messages of queue "
                    + batch.queue()
                    + ". Pass the Message on as an argument instead of calling"
                    + " DeliveryContext.current() below a batch listener.")
        .orElseGet(
            () ->
                "No message is being delivered on "
                    + thread
                    + ". Call DeliveryContext.current() inside a queue listener, on the listener's"
                    + " own thread.");
  }
}
