package dev.waybill.core.delivery;

import dev.waybill.api.ContentType;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.NewMessage.Deduplication;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.AttemptFailure.Wish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What a random history sends, settles and asks for, and how its story tells it. */
final class Draws {

  private static final int FRESH = 4;

  private final SteppingScheduler time;
  private final Random random;
  private final List<QueueName> queues;
  private final QueueName deadLetters;
  private final List<LeasedMessage> hands;
  private int messages;

  /**
   * Draws for one history.
   *
   * @param queues two to send to, and the one for dead letters
   * @param hands the messages that its consumers hold
   */
  Draws(SteppingScheduler time, Random random, List<QueueName> queues, List<LeasedMessage> hands) {
    this.time = time;
    this.random = random;
    this.queues = queues;
    this.deadLetters = queues.get(2);
    this.hands = hands;
  }

  QueueName queue() {
    return queues.get(random.nextInt(3));
  }

  Optional<Duration> limit() {
    return random.nextInt(4) == 0
        ? Optional.of(Duration.ofMillis(1000 + random.nextInt(60_000)))
        : Optional.empty();
  }

  RetryPolicy policy() {
    Optional<QueueName> target = random.nextBoolean() ? Optional.of(deadLetters) : Optional.empty();
    return switch (random.nextInt(4)) {
      case 0 -> RetryPolicy.DEFAULT;
      case 1 -> RetryPolicy.of(Optional.of("0s,5s"), OptionalInt.empty(), target);
      case 2 -> RetryPolicy.of(Optional.of("none"), OptionalInt.empty(), target);
      default -> RetryPolicy.of(Optional.of("exponential"), OptionalInt.of(3), target);
    };
  }

  List<Operation> sends(int count) {
    List<Operation> sends = new ArrayList<>();
    Set<SentId> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      NewMessage message = message(random.nextInt(3) == 0 ? "k" + random.nextInt(2) : null, id(4));
      // Of several in one transaction the sender sends the first.
      if (message.deduplication() == null || ids.add(SentId.of(message))) {
        sends.add(new Operation.Enqueue(message));
      }
    }
    return sends;
  }

  /** Some messages, most with a deduplication id. */
  List<NewMessage> repeated() {
    List<NewMessage> all = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      all.add(message(random.nextInt(4) == 0 ? "k0" : null, random.nextInt(4) == 0 ? null : id(1)));
    }
    return all;
  }

  QueueName queueToSendTo() {
    return queues.get(random.nextInt(2));
  }

  String nextText() {
    return "m" + ++messages;
  }

  /** A message without an ordering key that may be sent again. */
  NewMessage plain() {
    return message(null, null);
  }

  private Deduplication id(int oneOf) {
    return random.nextInt(oneOf) == 0
        ? new Deduplication(
            "d" + random.nextInt(2), Duration.ofMillis(1000 + random.nextInt(60_000)))
        : null;
  }

  private NewMessage message(String orderingKey, Deduplication id) {
    Duration delay =
        random.nextInt(3) == 0 ? Duration.ofMillis(random.nextInt(20_000)) : Duration.ZERO;
    String text = nextText();
    return new NewMessage(
        UUID.randomUUID(),
        queueToSendTo(),
        time.now(),
        ContentType.TEXT,
        text.getBytes(StandardCharsets.UTF_8),
        Map.of("text", text),
        random.nextInt(10),
        random.nextBoolean() ? "correlated" : null,
        time.now().plus(delay),
        orderingKey,
        id);
  }

  /** All deduplication ids that may be in use. */
  List<SentId> ids() {
    return queues.stream()
        .limit(2)
        .flatMap(queue -> Stream.of(new SentId(queue, "d0"), new SentId(queue, "d1")))
        .toList();
  }

  List<LeasedMessage> hands() {
    return hands;
  }

  /** One of those that were taken last, as a rule: they may still be held. */
  Optional<LeasedMessage> hand() {
    boolean old = random.nextInt(3) == 0;
    return oneOf(old ? hands : hands.subList(Math.max(0, hands.size() - FRESH), hands.size()));
  }

  <T> Optional<T> oneOf(List<T> some) {
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
  }

  List<Operation> settlements(int count) {
    List<Operation> settlements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hand()
          .map(LeasedMessage::lease)
          .ifPresent(
              lease ->
                  settlements.add(
                      switch (random.nextInt(5)) {
                        case 0 -> new Operation.Retry(lease, Optional.empty());
                        case 1 ->
                            new Operation.Retry(
                                lease, Optional.of(Duration.ofMillis(random.nextInt(10_000))));
                        case 2 -> new Operation.Reject(lease, "rejected");
                        default -> new Operation.Complete(lease);
                      }));
    }
    return settlements;
  }

  List<Operation> mixed() {
    List<Operation> mixed = new ArrayList<>(settlements(random.nextInt(3)));
    mixed.addAll(sends(1 + random.nextInt(2)));
    return mixed;
  }

  Wish wish() {
    return switch (random.nextInt(4)) {
      case 0 -> new Wish.GiveUp();
      case 1 -> new Wish.TryAgain(Optional.of(Duration.ofMillis(random.nextInt(9_000))));
      default -> new Wish.TryAgain(Optional.empty());
    };
  }

  String text(List<Operation> operations) {
    return operations.stream().map(this::text).toList().toString();
  }

  String text(NewMessage message) {
    return new String(message.body(), StandardCharsets.UTF_8)
        + " to "
        + message.queue()
        + " priority "
        + message.priority()
        + " in "
        + Duration.between(time.now(), message.availableAt())
        + (message.orderingKey() == null ? "" : " key " + message.orderingKey())
        + (message.deduplication() == null ? "" : " " + message.deduplication())
        + (message.stream() == null ? "" : " " + message.stream());
  }

  String text(Operation operation) {
    if (operation instanceof Operation.Enqueue enqueue) {
      return "send " + text(enqueue.message());
    }
    if (operation instanceof Operation.Mark mark) {
      return "mark " + mark.sequence() + " of " + mark.producerId() + " " + text(mark.lease());
    }
    return operation.getClass().getSimpleName()
        + " "
        + text(((Operation.Settlement) operation).lease());
  }

  String text(Lease lease) {
    return hands.stream()
        .filter(hand -> hand.lease().equals(lease))
        .findFirst()
        .map(hand -> lease.queue() + "/" + Queued.attempt(hand))
        .orElse(lease.toString());
  }

  ClaimManner manner() {
    ClaimManner[] all = ClaimManner.values();
    return random.nextInt(3) == 0 ? all[random.nextInt(all.length)] : ClaimManner.COUNTED;
  }
}
