package dev.waybill.api.spi;

import dev.waybill.api.Message;
import java.util.Optional;

/** Binds the message being handled to the thread that handles it; used by the adapter only. */
public final class CurrentDelivery {

  private static final ThreadLocal<Message> CURRENT = new ThreadLocal<>();

  private CurrentDelivery() {}

  /** The message bound to this thread, if any. */
  public static Optional<Message> get() {
    return Optional.ofNullable(CURRENT.get());
  }

  /**
   * Runs a listener with its message bound to this thread.
   *
   * @param message the message it handles
   * @param listener what to run
   * @throws Exception whatever the listener throws
   */
  public static void during(Message message, Listener listener) throws Exception {
    Message outer = CURRENT.get();
    CURRENT.set(message);
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
