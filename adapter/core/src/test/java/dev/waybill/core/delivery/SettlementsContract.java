package dev.waybill.core.delivery;

import static dev.waybill.core.delivery.Queued.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.Confirmation;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.delivery.Waiters.Waiter;
import dev.waybill.core.model.Answer;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Those who wait on one node for what another does, and what it costs. */
abstract class SettlementsContract extends ConfirmationRules {

  private List<NewMessage> ask(int count) {
    Instant until = time.now().plus(PATIENCE);
    return send(count, message -> message.awaitedBy(one.answers().awaiter("default", until)));
  }

  // ---- who waits for an answer

  @Test
  @Tag("S10")
  void thousandsWhoWaitShareTheirQueries() {
    List<NewMessage> messages = ask(MANY);
    List<Waiter> waiters = new ArrayList<>();
    messages.forEach(message -> waiters.add(settlements.waiters().expect(message.id())));
    counted.statements();

    time.advance(Duration.ofSeconds(60));
    List<String> idle = counted.statements();
    assertThat(idle).hasSizeBetween(100, 130).allMatch(each -> each.contains("from wb_answer"));

    settleAll(message -> new Complete(message.lease(), text(message)));
    time.advance(Duration.ofSeconds(1));

    for (int i = 0; i < MANY; i++) {
      assertThat(waiters.get(i).await(Duration.ZERO))
          .contains(new Answer.Completed("\"m" + i + "\""));
    }
    assertThat(counted.statements()).hasSizeBetween(2 * MANY / 100, 2 * MANY / 100 + 10);
    assertThat(one.answers().given(1)).isEmpty();
    time.advance(Duration.ofHours(1));
    assertThat(counted.statements()).as("once nobody waits").hasSizeLessThan(5);
    assertThat(time.timers()).isEmpty();
  }

  @Test
  @Tag("S10")
  void anAnswerOfTheSameNodeNeedsNoQuery() {
    NewMessage message = ask(1).get(0);
    Waiter waiter = settlements.waiters().expect(message.id());
    UUID own = one.leases().openTerm("n1/bean", time.now().plus(PATIENCE));
    LeasedMessage leased =
        one.leases()
            .claim(
                new ClaimRequest(
                    own,
                    List.of(ORDERS),
                    "default",
                    1,
                    ClaimManner.COUNTED,
                    Optional.empty(),
                    RetryPolicy.DEFAULT))
            .get(0);
    Complete complete = new Complete(leased.lease(), "1");
    one.branches().commitLocal(List.of(complete));
    counted.statements();

    settlements.settled(List.of(complete));

    assertThat(waiter.await(Duration.ZERO)).contains(new Answer.Completed("1"));
    assertThat(counted.statements()).isEmpty();
  }

  @Test
  @Tag("S10")
  void anAnswerThatCameTooLateIsTakenAwayByTheNextLook() {
    NewMessage late = ask(1).get(0);
    settlements.waiters().expect(late.id()).close();
    settleAll(message -> new Complete(message.lease(), "1"));
    assertThat(one.answers().given(1)).hasSize(1);

    NewMessage next = ask(1).get(0);
    Waiter waiter = settlements.waiters().expect(next.id());
    settleAll(message -> new Complete(message.lease(), "2"));
    time.advance(Duration.ofSeconds(1));

    assertThat(waiter.await(Duration.ZERO)).contains(new Answer.Completed("2"));
    assertThat(one.answers().given(1)).isEmpty();
  }

  @Test
  @Tag("S10")
  void wordOfAnotherNodeMakesItLookAtOnce() {
    NewMessage message = ask(1).get(0);
    Waiter waiter = settlements.waiters().expect(message.id());
    settleAll(leased -> new Reject(leased.lease(), "no"));

    settlements.answered();
    time.run();

    assertThat(waiter.await(Duration.ZERO)).contains(new Answer.DeadLettered("no"));
  }

  @Test
  @Tag("S10")
  void whatThisNodeGivesUpIsAnsweredAtOnce() {
    NewMessage message = ask(1).get(0);
    Waiter waiter = settlements.waiters().expect(message.id());
    settleAll(leased -> new Reject(leased.lease(), "no"));

    settlements.gaveUp(message.id());
    time.run();

    assertThat(waiter.await(Duration.ZERO)).contains(new Answer.DeadLettered("no"));
  }

  @Test
  @Tag("S10")
  void aCompletionForAnotherNodeIsToldToIt() {
    List<String> told = new ArrayList<>();
    Settlements others = new Settlements(time, new DeliveryLog(new RecordingLogger()));
    others.open(two);
    others.passOn(told::add);
    ask(1);
    send(1, plain -> plain);
    settleAll(
        message -> {
          Complete complete = new Complete(message.lease());
          others.settled(List.of(complete));
          return complete;
        });
    assertThat(told).containsExactly("n1-1");
  }

  @Test
  @Tag("S12")
  @Tag("UNAVAILABLE")
  void aStopTellsThoseWhoStillWait() {
    CompletableFuture<Confirmation> asked = whenSettled(sendOne());
    settlements.stop();

    assertThat(asked)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            })
        .withMessageContainingAll("Waybill is stopping", "Ask again after the start");
  }
}
