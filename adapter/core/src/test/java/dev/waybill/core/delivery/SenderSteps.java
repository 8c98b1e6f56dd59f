package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.MessageStream.Sent;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.core.branch.StreamState;
import dev.waybill.core.model.NewMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What a random history sends by way of producers, which look, try again and remember: what they
 * should answer is said from the model's rows alone, and what they committed is sent there, too.
 */
final class SenderSteps {

  private record Owned(StreamSender sender, long incarnation, int window) {}

  private final Both both;
  private final Random random;
  private final Draws draws;
  private final Consumer<List<Operation>> account;
  private final String producer;
  private final List<Owned> owners = new ArrayList<>();
  private Application application;

  SenderSteps(
      Both both, Random random, Draws draws, String name, Consumer<List<Operation>> account) {
    this.both = both;
    this.random = random;
    this.draws = draws;
    this.account = account;
    this.producer = name + "-s";
    this.application = new Application(both.store());
  }

  /** A start of the adapter leaves nothing of the producers before it. */
  private Application application() {
    if (!application.isOn(both.store())) {
      application = new Application(both.store());
      owners.clear();
    }
    return application;
  }

  void step() {
    Application sending = application();
    if (random.nextInt(3) == 0) {
      sendOnce(sending);
    } else if (owners.isEmpty() || random.nextInt(8) == 0) {
      open(sending);
    } else {
      send(sending, owners.get(random.nextInt(4) > 0 ? owners.size() - 1 : 0));
    }
  }

  /** Messages of which some may have been sent before. */
  private void sendOnce(Application sending) {
    List<NewMessage> messages = draws.repeated();
    List<UUID> expected = new ArrayList<>();
    Map<SentId, UUID> inThisCall = new HashMap<>();
    Kind refused = null;
    for (NewMessage message : messages) {
      SentId id = SentId.of(message);
      UUID first = message.id();
      if (id != null) {
        try {
          first = both.model().store().branches().firstSends(List.of(id)).get(id);
        } catch (QueueException e) {
          refused = e.kind();
        }
        first = first == null ? message.id() : first;
        UUID before = inThisCall.putIfAbsent(id, first);
        first = before == null ? first : before;
      }
      expected.add(first);
    }
    Object sent = Both.answer(() -> sending.send(messages));
    both.tell("send once " + messages.stream().map(draws::text).toList() + " = " + sent);
    assertThat(sent).isEqualTo(refused == null ? expected : refused);
    long left = messages.stream().filter(each -> expected.contains(each.id())).count();
    List<Operation> committed = take(sending);
    assertThat(committed).hasSize(refused == null ? (int) left : 0);
  }

  private void open(Application sending) {
    int window = 1 + random.nextInt(4);
    StreamState taken = both.model().store().streams().takeOver(producer);
    StreamSender sender = sending.open(producer, window);
    both.tell("open stream " + producer + " window " + window + " = " + taken);
    assertThat(sender.lastSequence()).isEqualTo(taken.lastSequence());
    assertThat(sender.lastAcknowledged()).isEqualTo(taken.lastAcknowledged());
    owners.add(new Owned(sender, taken.incarnation(), window));
  }

  private void send(Application sending, Owned owner) {
    StreamState state = both.model().store().streams().look(List.of(producer), true).get(producer);
    long last = state.lastSequence();
    OptionalLong wanted =
        random.nextBoolean()
            ? OptionalLong.empty()
            : OptionalLong.of(Math.max(1, last - 1 + random.nextInt(4)));
    OutgoingMessage message =
        OutgoingMessage.to(draws.queueToSendTo().toString())
            .text(draws.nextText())
            .priority(random.nextInt(10))
            .delay(Duration.ofMillis(Math.max(0, random.nextInt(15_000) - 10_000)))
            .build();
    Object sent =
        Both.answer(
            () -> {
              Sent one = owner.sender().send(wanted, message, Duration.ZERO, () -> null);
              return one.sequence() + (one.duplicate() ? " again" : "");
            });
    both.tell(
        "send in stream "
            + producer
            + " as "
            + owner.incarnation()
            + " window "
            + owner.window()
            + " sequence "
            + wanted
            + " = "
            + sent);
    List<Operation> committed = take(sending);
    if (owner.incarnation() != state.incarnation()) {
      // He may know enough to say what he was told before, but sends nothing.
      assertThat(sent).isIn(Kind.CONFLICT, Kind.INVALID, wanted.orElse(0) + " again");
      assertThat(sent.equals(Kind.INVALID) && wanted.orElse(0) == 0).isFalse();
      assertThat(committed).isEmpty();
    } else {
      long next = wanted.orElse(last + 1);
      Object expected =
          next <= last
              ? next + " again"
              : next > last + 1
                  ? Kind.INVALID
                  : state.unsettled() >= owner.window() ? Kind.FULL : "" + next;
      assertThat(sent).isEqualTo(expected);
      assertThat(committed).hasSize(expected.equals("" + next) ? 1 : 0);
    }
  }

  /** What was committed happens in the model, too. */
  private List<Operation> take(Application sending) {
    List<Operation> committed = sending.committed();
    if (!committed.isEmpty()) {
      both.model().store().branches().commitLocal(committed);
      account.accept(committed);
    }
    return committed;
  }
}
