package dev.waybill.core.delivery;

import dev.waybill.api.Cancellation;
import dev.waybill.api.CompleteNotAllowedException;
import dev.waybill.api.Message;
import dev.waybill.api.MessagePendingException;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.delivery.Pulling.Taken;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Takes one message after the other. */
final class PullConsumer implements QueueConsumer {

  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final PullRequest request;
  private final Pulling pulling;
  private final Settler settler;
  private final BodyCodec bodies;
  private final Limits limits;
  private final Function<Callable<Object>, Object> detached;
  private final Cancellation closing = new Cancellation();
  private boolean manual;
  private PendingMessage last;

  PullConsumer(
      PullRequest request,
      Pulling pulling,
      Settler settler,
      BodyCodec bodies,
      Limits limits,
      Function<Callable<Object>, Object> detached) {
    this.request = request;
    this.pulling = pulling;
    this.settler = settler;
    this.bodies = bodies;
    this.limits = limits;
    this.detached = detached;
  }

  @Override
  public synchronized QueueConsumer manualCompletion() {
    manual = true;
    return this;
  }

  @Override
  public Optional<Message> next(Duration timeout) {
    boolean byHand = begin(timeout);
    if (!byHand) {
      settler.requireUsable();
    }
    List<Taken> taken = pulling.take(request.waiting(timeout), closing, detached);
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    PendingMessage message = new PendingMessage(taken.get(0).message().lease(), pulling, settler);
    message.begin();
    if (!keep(message)) {
      message.giveBack();
      return Optional.empty();
    }
    return Optional.of(byHand ? pending(taken.get(0), message) : completed(taken.get(0), message));
  }

  private synchronized boolean begin(Duration timeout) {
    if (timeout == null || timeout.isNegative() || timeout.compareTo(LONGEST_WAIT) > 0) {
      throw new QueueException(
          Kind.INVALID,
          "next(" + timeout + ") on " + request.queues() + ": the timeout must be 0s to 1d.");
    }
    if (closing.isCancelled()) {
      throw new QueueException(
          Kind.CONFLICT,
          "next() on "
              + request.queues()
              + " came after the consumer was closed. Make a new one with consumer(…).");
    }
    if (last != null && last.isPending()) {
      throw new MessagePendingException(
          "next() on "
              + request.queues()
              + " came while "
              + last
              + " is pending. Complete, retry or reject it first, or close the consumer, which has"
              + " it tried again. To work on several at a time, use several consumers, or"
              + " receive(…).");
    }
    return manual;
  }

  /** False if the consumer was closed meanwhile. */
  private synchronized boolean keep(PendingMessage message) {
    last = message;
    return !closing.isCancelled();
  }

  private Message pending(Taken taken, PendingMessage message) {
    return new PulledMessage(
        taken, bodies, limits, duration -> message.requireHeld(), message::settle);
  }

  private Message completed(Taken taken, PendingMessage message) {
    PulledMessage handle =
        new PulledMessage(
            taken,
            bodies,
            limits,
            duration -> refuse("extendLease", message),
            (call, settlement) -> refuse(call, message));
    try {
      message.settle("next", new Decision.Done().settlement(taken.message().lease()));
    } catch (RuntimeException e) {
      message.giveBack();
      throw e;
    }
    return handle;
  }

  private static void refuse(String call, PendingMessage message) {
    throw new CompleteNotAllowedException(
        call
            + "() of "
            + message
            + " is not allowed: its consumer completes messages by itself, with the transaction in"
            + " which next() was called, or before next() returned. To settle messages yourself,"
            + " take them with consumer(…).manualCompletion().");
  }

  @Override
  public void close() {
    closing.cancel();
    PendingMessage open;
    synchronized (this) {
      open = last;
    }
    if (open != null) {
      open.fail("Its consumer was closed before the message was completed.");
    }
  }
}
