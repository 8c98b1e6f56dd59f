package dev.waybill.core.branch;

import dev.waybill.core.branch.Operation.Mark;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Marks the calling thread as inside a transacted delivery, so that nothing the listener does after
 * its transaction has timed out becomes a commit of its own.
 */
public final class TransactedDelivery {

  private static final ThreadLocal<Delivery> CURRENT = new ThreadLocal<>();

  private record Delivery(Object transactionKey, Predicate<Mark> marks) {
    Delivery {
      Objects.requireNonNull(transactionKey, "transactionKey");
      Objects.requireNonNull(marks, "marks");
    }
  }

  private TransactedDelivery() {}

  /**
   * Enters a delivery.
   *
   * @param transactionKey the transaction seen after it was begun
   * @param marks records watermarks in that transaction; false if they were recorded before
   */
  public static void enter(Object transactionKey, Predicate<Mark> marks) {
    CURRENT.set(new Delivery(transactionKey, marks));
  }

  /** Leaves the delivery; harmless outside one. */
  public static void leave() {
    CURRENT.remove();
  }

  /** Whether the calling thread is inside one. */
  public static boolean isCurrent() {
    return CURRENT.get() != null;
  }

  /** Records watermarks in the transaction of the delivery; empty outside one. */
  public static Optional<Predicate<Mark>> marks() {
    return Optional.ofNullable(CURRENT.get()).map(Delivery::marks);
  }
}
