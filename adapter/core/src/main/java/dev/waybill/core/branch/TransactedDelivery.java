package dev.waybill.core.branch;

import java.util.Objects;

/**
 * Marks the calling thread as inside a transacted delivery, so that nothing the listener does after
 * its transaction has timed out becomes a commit of its own.
 */
public final class TransactedDelivery {

  private static final ThreadLocal<Object> KEY = new ThreadLocal<>();

  private TransactedDelivery() {}

  /**
   * Enters a delivery.
   *
   * @param transactionKey the transaction seen after it was begun
   */
  public static void enter(Object transactionKey) {
    KEY.set(Objects.requireNonNull(transactionKey, "transactionKey"));
  }

  /** Leaves the delivery; harmless outside one. */
  public static void leave() {
    KEY.remove();
  }

  /** Whether the calling thread is inside one. */
  public static boolean isCurrent() {
    return KEY.get() != null;
  }
}
