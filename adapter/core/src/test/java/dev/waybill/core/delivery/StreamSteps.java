package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.StreamState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.StreamPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/** What a random history does in streams, and what must be true of them whatever it did. */
final class StreamSteps {

  private record Owner(String producerId, long incarnation) {}

  private final Both both;
  private final Random random;
  private final Draws draws;
  private final List<String> producers;
  private final List<String> all;
  private final List<Owner> owners = new ArrayList<>();
  private final Map<String, TreeSet<Long>> sent = new HashMap<>();
  private final Map<String, Long> completed = new HashMap<>();

  StreamSteps(Both both, Random random, Draws draws, String name) {
    this.both = both;
    this.random = random;
    this.draws = draws;
    this.producers = List.of(name + "-p", name + "-q");
    this.all = List.of(name + "-p", name + "-q", name + "-s");
  }

  /** Somebody becomes the owner of a stream; those before him do not know. */
  void takeOver() {
    String producer = producers.get(random.nextInt(producers.size()));
    Object taken = both.same("take over stream " + producer, on -> on.streams().takeOver(producer));
    if (taken instanceof StreamState state) {
      owners.add(new Owner(producer, state.incarnation()));
    }
  }

  void look() {
    boolean counting = random.nextBoolean();
    both.same("look at streams", on -> on.streams().look(all, counting));
  }

  /** Messages that are the next of a stream, as a rule, by its owner, as a rule. */
  List<Operation> sends(int count) {
    if (owners.isEmpty()) {
      return List.of();
    }
    Owner owner = owners.get(owners.size() - 1);
    if (random.nextInt(4) == 0) {
      owner = owners.get(random.nextInt(owners.size()));
    }
    String producer = owner.producerId();
    StreamState known = both.model().store().streams().look(List.of(producer), false).get(producer);
    long sequence = known.lastSequence() + 1;
    if (random.nextInt(8) == 0) {
      sequence = Math.max(1, sequence + random.nextInt(3) - 1);
    }
    List<Operation> sends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StreamPlace place = new StreamPlace(producer, owner.incarnation(), sequence + i);
      sends.add(new Operation.Enqueue(draws.plain().at(place)));
    }
    return sends;
  }

  /** Completes a message of a stream that is in hand, and marks how far its group has come. */
  List<Operation> marked() {
    List<LeasedMessage> inStreams =
        draws.hands().stream().filter(hand -> hand.message().producerId() != null).toList();
    if (inStreams.isEmpty()) {
      return List.of();
    }
    boolean old = random.nextInt(4) == 0;
    LeasedMessage hand =
        inStreams.get(old ? random.nextInt(inStreams.size()) : inStreams.size() - 1);
    Lease lease = hand.lease();
    Operation.Mark mark =
        new Operation.Mark(lease, hand.message().producerId(), hand.message().sequence());
    look(mark);
    return List.of(mark, new Operation.Complete(lease));
  }

  void look(Operation.Mark mark) {
    both.same("is marked " + draws.text(mark), on -> on.branches().isMarked(mark));
  }

  /** A message was committed. */
  void sent(NewMessage message) {
    if (message.stream() != null) {
      boolean first =
          sent.computeIfAbsent(message.stream().producerId(), any -> new TreeSet<>())
              .add(message.stream().sequence());
      assertThat(first).as("%s is sent once", message.stream()).isTrue();
    }
  }

  /** A message was completed in the queue that it was sent to: no later one came before. */
  void completed(NewMessage message) {
    if (message.stream() != null) {
      Long before =
          completed.put(
              message.queue() + " " + message.stream().producerId(), message.stream().sequence());
      assertThat(before == null ? 0 : before)
          .as("what was completed before %s", message.stream())
          .isLessThan(message.stream().sequence());
    }
  }

  /** Everything is decided, released and settled. */
  void end() {
    Map<String, StreamState> states = both.store().streams().look(all, true);
    states.forEach(
        (producer, state) -> {
          TreeSet<Long> numbers = sent.getOrDefault(producer, new TreeSet<>());
          assertThat(numbers).as("sequences without gaps").hasSize((int) state.lastSequence());
          assertThat(numbers.isEmpty() ? 0 : numbers.last()).isEqualTo(state.lastSequence());
          assertThat(state.lastAcknowledged()).isEqualTo(state.lastSequence());
          assertThat(state.unsettled()).isZero();
        });
  }
}
