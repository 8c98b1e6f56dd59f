package dev.waybill.api.spi;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import java.util.Optional;

/** Binds what is being handled to the thread that handles it; used by the adapter only. */
public final class CurrentDelivery {

  /** A message or a batch. */
  private static final ThreadLocal<Object> CURRENT = new ThreadLocal<>();

  private CurrentDelivery() {}

  /** The message bound to this thread, if any. */
  public static Optional<Message> get() {
    return CURRENT.get() instanceof Message message ? Optional.of(message) : Optional.empty();
  }

  /** The batch bound to this thread, if any. */
  public static Optional<MessageBatch> batch() {
    return CURRENT.get() instanceof MessageBatch batch ? Optional.of(batch) : Optional.empty();
  }

  /**
   * Runs a listener with its message bound to this thread.
   *
   * @param message the message it handles
   * @param listener what to run
   * @throws Exception whatever the listener throws
   */
  public static void during(Message message, Listener listener) throws Exception {
    bound(message, listener);
  }

  /**
   * Runs a listener with its batch bound to this thread.
   *
   * @param batch the batch it handles
   * @param listener what to run
   * @throws Exception whatever the listener throws
   */
  public static void during(MessageBatch batch, Listener listener) throws Exception {
    bound(batch, listener);
  }

  private static void bound(Object current, Listener listener) throws Exception {
    Object outer = CURRENT.get();
    CURRENT.set(current);
    try {
      listener.run();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /** A call into a listener. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Runs it.
     *
     * @throws Exception whatever the listener throws
     */
    void run() throws Exception;
  }
}
