package dev.waybill.core.delivery;

import dev.waybill.api.ContentType;
import dev.waybill.api.DeadLetter;
import dev.waybill.api.Message;
import dev.waybill.api.QueueException;
import dev.waybill.api.spi.Watermarked;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.DurationText;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The message a listener sees. Decisions are remembered here and carried out by whoever runs the
 * listener, so they bind to the delivery, not to whatever transaction the listener is in.
 */
public final class DeliveredMessage implements Message, Watermarked {

  private final LeasedMessage leased;
  private final BodyCodec bodies;
  private final Duration maxDelay;
  private final Consumer<Duration> extend;
  private Optional<Decision> decision = Optional.empty();
  private Optional<Decision> lastWish = Optional.empty();
  private Boolean firstTime;
  private volatile boolean over;

  /**
   * A message in the hands of a listener.
   *
   * @param leased the message and its lease
   * @param bodies reads its body
   * @param maxDelay the longest delay of a retry
   * @param extend lets the lease end that long from now, in its own commit; throws {@code CONFLICT}
   *     if it was lost
   */
  public DeliveredMessage(
      LeasedMessage leased, BodyCodec bodies, Duration maxDelay, Consumer<Duration> extend) {
    this.leased = Objects.requireNonNull(leased, "leased");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.maxDelay = Objects.requireNonNull(maxDelay, "maxDelay");
    this.extend = Objects.requireNonNull(extend, "extend");
  }

  /** The last decision, if any was made. */
  public Optional<Decision> decision() {
    return decision;
  }

  /**
   * What is obeyed although the listener's transaction rolls back: the last {@code retry(delay)} or
   * {@code reject(reason)}, if any.
   */
  public Optional<Decision> lastWish() {
    return lastWish;
  }

  /** Makes the handle dead: the listener has returned. */
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
    return bodies.text(data());
  }

  @Override
  public <T> T json(Class<T> type) {
    return bodies.json(data(), type);
  }

  @Override
  public byte[] bytes() {
    return bodies.bytes(data());
  }

  @Override
  public <T> T java(Class<T> type) {
    return bodies.java(data(), type);
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

  private QueueException noWatermark(String why) {
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
    complete(null);
  }

  @Override
  public void complete(Object response) {
    decide("complete", new Decision.Done());
  }

  @Override
  public void retry() {
    decide("retry", new Decision.TryAgain(Optional.empty()));
  }

  @Override
  public void retry(Duration delay) {
    if (delay == null || delay.isNegative() || delay.compareTo(maxDelay) > 0) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "retry("
              + delay
              + ") of message "
              + id()
              + ": the delay is outside 0s to maxDelay="
              + DurationText.format(maxDelay)
              + ".");
    }
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

  private void decide(String call, Decision made) {
    requireAlive(call);
    decision = Optional.of(made);
  }

  @Override
  public void extendLease(Duration duration) {
    requireAlive("extendLease");
    if (duration == null || duration.isNegative() || duration.isZero()) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "extendLease(" + duration + ") of message " + id() + ": it must be more than 0s.");
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
              + " came after its listener had returned. Decide before returning.");
    }
  }

  @Override
  public String toString() {
    return "Message[id=" + id() + ", queue=" + queue() + ", attempt=" + attempts() + "]";
  }
}
