package dev.waybill.ra.inbound;

import dev.waybill.api.QueueException;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.core.delivery.Handover;
import dev.waybill.core.store.AttemptFailure;
import jakarta.ejb.EJBException;
import java.util.List;
import java.util.Optional;

/** Turns what went wrong in a delivery into the record of failed attempts. */
final class ListenerFailure {

  private ListenerFailure() {}

  /**
   * The failed attempts.
   *
   * @param error what left the listener, if anything did
   * @param otherwise what happened if nothing did
   * @param given with the wishes of the listener
   */
  static List<AttemptFailure> of(Optional<Throwable> error, String otherwise, Handover given) {
    return given.failures(
        error.map(ListenerFailure::text).orElse(otherwise),
        error.flatMap(ListenerFailure::malformed));
  }

  /** The error that says that a body is not what the listener reads it as. */
  private static Optional<WrongBodyTypeException> malformed(Throwable error) {
    int depth = 0;
    for (Throwable e = error; e != null && depth < 50; e = e.getCause(), depth++) {
      if (e instanceof WrongBodyTypeException malformed) {
        return Optional.of(malformed);
      }
    }
    return Optional.empty();
  }

  /**
   * Class and message of the bean's own exception, without the container's wrapping; our own errors
   * speak for themselves.
   */
  static String text(Throwable error) {
    Throwable own = error;
    while (own instanceof EJBException && own.getCause() != null) {
      own = own.getCause();
    }
    if (own instanceof QueueException && own.getMessage() != null) {
      return own.getMessage();
    }
    return own.getMessage() == null
        ? own.getClass().getName()
        : own.getClass().getName() + ": " + own.getMessage();
  }
}
