package dev.waybill.api;

import dev.waybill.api.spi.CurrentDelivery;

/** The delivery that the current thread is handling. */
public final class DeliveryContext {

  private DeliveryContext() {}

  /**
   * The message being handled, anywhere below the listener on its thread.
   *
   * @return the message given to (or decoded for) the listener
   * @throws QueueException {@code INVALID} on a thread that is not inside a listener
   */
  public static Message current() {
    return CurrentDelivery.get()
        .orElseThrow(
            () ->
                new QueueException(
                    QueueException.Kind.INVALID,
                    "No message is being delivered on thread \""
                        + Thread.currentThread().getName()
                        + "\". Call DeliveryContext.current() inside a queue listener, on the"
                        + " listener's own thread."));
  }
}
