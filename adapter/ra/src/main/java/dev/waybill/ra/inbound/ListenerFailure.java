package dev.waybill.ra.inbound;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.QueueException;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.core.delivery.Decision;
import dev.waybill.core.delivery.DeliveredMessage;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.AttemptFailure.Wish;
import jakarta.ejb.EJBException;
import java.util.Optional;

/** Turns what went wrong in a delivery into the record of a failed attempt. */
final class ListenerFailure {

  private ListenerFailure() {}

  /**
   * The failed attempt.
   *
   * @param error what left the listener, if anything did
   * @param otherwise what happened if nothing did
   * @param message with the wishes of the listener
   */
  static AttemptFailure of(Optional<Throwable> error, String otherwise, DeliveredMessage message) {
    String text = error.map(ListenerFailure::text).orElse(otherwise);
    if (error.filter(ListenerFailure::isMalformed).isPresent()) {
      return new AttemptFailure(AttemptOutcome.FAILED, text, new Wish.GiveUp());
    }
    Optional<Decision> wish = message.lastWish();
    if (wish.isPresent() && wish.get() instanceof Decision.GiveUp giveUp) {
      text = text + " (the listener had rejected the message: " + giveUp.reason() + ")";
    }
    return new AttemptFailure(
        AttemptOutcome.FAILED,
        text,
        wish.map(Decision::afterRollback).orElseGet(() -> new Wish.TryAgain(Optional.empty())));
  }

  /** Whether trying again would not help: the body is not what the listener reads it as. */
  private static boolean isMalformed(Throwable error) {
    int depth = 0;
    for (Throwable e = error; e != null && depth < 50; e = e.getCause(), depth++) {
      if (e instanceof WrongBodyTypeException) {
        return true;
      }
    }
    return false;
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
