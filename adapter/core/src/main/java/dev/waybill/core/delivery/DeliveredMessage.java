package dev.waybill.core.delivery;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.ContentType;
import dev.waybill.api.DeadLetter;
import dev.waybill.api.Message;
import dev.waybill.api.QueueException;
import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.api.spi.Watermarked;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.Responses;
import dev.waybill.core.store.AttemptFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The message a listener sees. Decisions are remembered here and carried out by whoever runs the
 * listener, so they bind to the delivery, not to whatever transaction the listener is in.
 */
public sealed class DeliveredMessage implements Message, Handover, Watermarked
    permits PulledMessage {

  private final LeasedMessage leased;
  private final BodyCodec bodies;
  private final Duration maxDelay;
  private final Responses responses;
  private final Consumer<Duration> extend;
  private Optional<Decision> decision = Optional.empty();
  private Optional<Decision> lastWish = Optional.empty();
  private WrongBodyTypeException thrown;
  private Boolean firstTime;
  private volatile boolean over;

  /**
   * A message in the hands of a listener.
   *
   * @param leased the message and its lease
   * @param bodies reads its body
   * @param limits of responses and of delays of a retry
   * @param extend lets the lease end that long from now, in its own commit; throws {@code CONFLICT}
   *     if it was lost
   */
  public DeliveredMessage(
      LeasedMessage leased, BodyCodec bodies, Limits limits, Consumer<Duration> extend) {
    this.leased = Objects.requireNonNull(leased, "leased");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.maxDelay = limits.maxDelay();
    this.responses = new Responses(bodies, limits);
    this.extend = Objects.requireNonNull(extend, "extend");
  }

  /** The last decision, if any was made. */
  Optional<Decision> decision() {
    return decision;
  }

  /**
   * What is obeyed although the listener's transaction rolls back: the last {@code retry(delay)} or
   * {@code reject(reason)}, if any.
   */
  Optional<Decision> lastWish() {
    return lastWish;
  }

  final Lease ownLease() {
    return leased.lease();
  }

  /** Whether it was the body of this message that could not be read. */
  boolean threw(WrongBodyTypeException error) {
    return thrown == error;
  }

  @Override
  public List<Settlement> settlements(Acknowledge acknowledge) {
    return List.of(decision.orElseGet(acknowledge::undecided).settlement(ownLease()));
  }

  /** Trying again would not help where the body is not what the listener reads it as. */
  @Override
  public List<AttemptFailure> failures(String error, Optional<WrongBodyTypeException> malformed) {
    if (malformed.isPresent()) {
      return List.of(AttemptFailure.givenUp(error));
    }
    String text = error;
    if (lastWish.isPresent() && lastWish.get() instanceof Decision.GiveUp giveUp) {
      text = text + " (the listener had rejected the message: " + giveUp.reason() + ")";
    }
    return List.of(
        new AttemptFailure(
            AttemptOutcome.FAILED,
            text,
            lastWish.map(Decision::afterRollback).orElseGet(AttemptFailure.Wish::bySchedule)));
  }

  @Override
  public void listenerReturned() {
    over = true;
  }

  private MessageData data() {
    return leased.message();
  }

  @Override
  public UUID id() {
    return data().id();
  }

  @Override
  public String queue() {
    return data().queue().toString();
  }

  @Override
  public long position() {
    return data().position();
  }

  @Override
  public Instant timestamp() {
    return data().timestamp();
  }

  @Override
  public ContentType contentType() {
    return data().contentType();
  }

  @Override
  public String text() {
    return read(() -> bodies.text(data()));
  }

  @Override
  public <T> T json(Class<T> type) {
    return read(() -> bodies.json(data(), type));
  }

  @Override
  public byte[] bytes() {
    return read(() -> bodies.bytes(data()));
  }

  private <T> T read(Supplier<T> body) {
    try {
      return body.get();
    } catch (WrongBodyTypeException e) {
      thrown = e;
      throw e;
    }
  }

  @Override
  public <T> T java(Class<T> type) {
    return read(() -> bodies.java(data(), type));
  }

  @Override
  public Map<String, Object> headers() {
    return data().headers();
  }

  @Override
  public int priority() {
    return data().priority();
  }

  @Override
  public Optional<String> correlationId() {
    return Optional.ofNullable(data().correlationId());
  }

  @Override
  public Optional<String> orderingKey() {
    return Optional.ofNullable(data().orderingKey());
  }

  @Override
  public Optional<String> producerId() {
    return Optional.ofNullable(data().producerId());
  }

  @Override
  public OptionalLong sequence() {
    return data().producerId() == null ? OptionalLong.empty() : OptionalLong.of(data().sequence());
  }

  /** Recorded by the transaction of the delivery, as {@link TransactedDelivery} knows it. */
  @Override
  public boolean firstTime() {
    if (data().producerId() == null) {
      throw noWatermark(
          "it was not sent in a stream, so it has no producer id and no sequence. Send it with"
              + " QueueProducer.stream(…)");
    }
    Predicate<Mark> marks =
        TransactedDelivery.marks()
            .filter(any -> !over)
            .orElseThrow(
                () ->
                    noWatermark(
                        "no transacted delivery of it is going on, on this thread. Call"
                            + " Watermark.firstTime inside the listener, on its own thread, with a"
                            + " container-managed transaction (REQUIRED)"));
    if (firstTime == null) {
      firstTime = marks.test(new Mark(leased.lease(), data().producerId(), data().sequence()));
    }
    return firstTime;
  }

  /**
   * The error of a message whose watermark cannot be recorded.
   *
   * @param why the rest of a sentence, and what to do
   */
  final QueueException noWatermark(String why) {
    return new QueueException(
        QueueException.Kind.INVALID,
        "Message "
            + id()
            + " (queue "
            + queue()
            + ") cannot be told from duplicates: "
            + why
            + ".");
  }

  @Override
  public int attempts() {
    return leased.lease().attempt();
  }

  @Override
  public Optional<DeadLetter> deadLetter() {
    return Optional.ofNullable(data().deadLetter());
  }

  @Override
  public void ack() {
    done("ack", null);
  }

  @Override
  public void complete(Object response) {
    done("complete", response);
  }

  private void done(String call, Object response) {
    requireAlive(call);
    decide(call, new Decision.Done(responses.write(id(), response)));
  }

  @Override
  public void retry() {
    decide("retry", new Decision.TryAgain(Optional.empty()));
  }

  @Override
  public void retry(Duration delay) {
    RetryDelay.check(
        delay, maxDelay, "retry(" + delay + ") of message " + id() + " (queue " + queue() + ")");
    Decision wish = new Decision.TryAgain(Optional.of(delay));
    decide("retry", wish);
    lastWish = Optional.of(wish);
  }

  @Override
  public void reject(String reason) {
    Decision wish = new Decision.GiveUp(reason == null ? "" : reason);
    decide("reject", wish);
    lastWish = Optional.of(wish);
  }

  /**
   * A decision was made.
   *
   * @param call what was called, for people
   * @param made what it stands for
   */
  protected void decide(String call, Decision made) {
    requireAlive(call);
    decision = Optional.of(made);
  }

  @Override
  public void extendLease(Duration duration) {
    requireAlive("extendLease");
    if (duration == null || duration.isNegative() || duration.isZero()) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "extendLease("
              + duration
              + ") of message "
              + id()
              + " (queue "
              + queue()
              + "): it must be more than 0s. Nothing was changed. Say how long from now the lease is"
              + " to last.");
    }
    extend.accept(duration);
  }

  private void requireAlive(String call) {
    if (over) {
      throw new QueueException(
          QueueException.Kind.CONFLICT,
          call
              + "() of message "
              + id()
              + " (queue "
              + queue()
              + ") came after its listener had returned. Nothing was changed. Make such calls"
              + " before the listener returns, on its own thread.");
    }
  }

  @Override
  public String toString() {
    return "Message[id=" + id() + ", queue=" + queue() + ", attempt=" + attempts() + "]";
  }
}
