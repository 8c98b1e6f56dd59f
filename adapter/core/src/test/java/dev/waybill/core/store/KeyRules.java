package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages with one ordering key are delivered in order, one at a time. */
@Tag("S8")
@Tag("C10")
abstract class KeyRules extends KeyFixture {

  @Test
  void insideOneTransactionTheOrderIsThatOfTheSends() {
    commitInLine(send("k", "a"), send("k", "b"), send("k", "c"));

    for (String text : List.of("a", "b", "c")) {
      Lease lease = leased(text);
      assertThat(claim(10)).as("while %s is leased", text).isEmpty();
      commitInLine(new Complete(lease));
    }

    assertThat(claim(10)).isEmpty();
    nothingIsLeft();
  }

  @Test
  void whatIsSentAfterACommitComesAfterIt() {
    for (String text : List.of("a", "b", "c")) {
      commit(send("k", text));
    }
    lineUp();
    commitInLine(send("k", "d"));

    for (String text : List.of("a", "b", "c", "d")) {
      commitInLine(new Complete(leased(text)));
    }
    nothingIsLeft();
  }

  @Test
  void moreThanAStepTakesOfOneKeyKeepTheirOrder() {
    List<Operation> sends = new ArrayList<>();
    for (int i = 0; i < KeyLine.AT_ONCE + 20; i++) {
      sends.add(send("k", "m" + i));
    }
    one.branches().commitLocal(sends);
    while (lineUp().more()) {
      // The next step takes the next.
    }

    for (int i = 0; i < sends.size(); i++) {
      commitInLine(new Complete(leased("m" + i)));
    }
    nothingIsLeft();
  }

  @Test
  void aKeyIsReadableAndKeysAreToldApartAsTheyAre() {
    List<String> keys = List.of("k", "K", "k ", " k", "\u00fc\ud83d\ude80", "x".repeat(255));
    for (String key : keys) {
      commit(send(key, key), send(key, "second"));
    }
    lineUp();

    assertThat(claim(10))
        .allMatch(message -> message.message().orderingKey().equals(TestStore.text(message)))
        .extracting(message -> message.message().orderingKey())
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void aBlockHoldsOneMessageOfAKeyAtMost() {
    for (String key : List.of("k1", "k2", "k3")) {
      commit(send(key, key + "a"), send(key, key + "b"), send(key, key + "c"));
    }
    lineUp();

    assertThat(claim(10))
        .extracting(TestStore::text)
        .containsExactlyInAnyOrder("k1a", "k2a", "k3a");
  }

  @Test
  void manyMessagesBehindABlockedHeadHideNothing() {
    List<Operation> sends = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sends.add(send("blocked", "m" + i));
    }
    one.branches().commitLocal(sends);
    while (lineUp().more()) {
      // Until all are in line.
    }
    Lease head = leased("m0");
    clock.advance(Duration.ofSeconds(1));
    commitInLine(send("free", "keyed"), TestStore.send(ORDERS, "plain", clock.now()));

    assertThat(claim(10)).extracting(TestStore::text).containsExactlyInAnyOrder("keyed", "plain");
    assertThat(rows("wb_delivery where state = 'READY'")).isEqualTo(3);
    commitInLine(new Complete(head));
    leased("m1");
  }

  @Test
  void aRetriedHeadStaysTheHeadAndItsBackoffHoldsUpItsKeyOnly() {
    commitInLine(send("k", "a"), send("k", "b"), send("other", "c"));
    List<LeasedMessage> heads = claim(10);
    assertThat(heads).extracting(TestStore::text).containsExactlyInAnyOrder("a", "c");
    heads.forEach(
        head ->
            commit(
                TestStore.text(head).equals("a")
                    ? new Retry(head.lease(), Optional.of(Duration.ofSeconds(10)))
                    : new Complete(head.lease())));
    commitInLine(send("other", "d"));

    commitInLine(new Complete(leased("d")));
    assertThat(claim(10)).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    LeasedMessage again = only();
    assertThat(TestStore.text(again)).isEqualTo("a");
    assertThat(again.lease().attempt()).isEqualTo(2);
    complete(again);
    lineUp();
    leased("b");
  }

  @Test
  void aFailedAnExpiredAndAReturnedHeadStayTheHead() {
    commitInLine(send("k", "a"), send("k", "b"));
    one.leases().giveBack(List.of(leased("a")));
    lineUp();
    one.leases().recordFailure(leased("a"), AttemptFailure.bySchedule("failed"));
    lineUp();
    clock.advance(Duration.ofSeconds(1));
    leased("a");
    clock.advance(TERM);
    assertThat(one.leases().expire(10)).hasSize(1);
    lineUp();
    clock.advance(Duration.ofSeconds(10));
    term = one.leases().openTerm("n1/bean", clock.now().plus(TERM));
    commitInLine(new Complete(leased("a")));
    commitInLine(new Complete(leased("b")));
    nothingIsLeft();
  }

  @Test
  void theDelayOfTheHeadHoldsUpItsKeyOnly() {
    commitInLine(
        new Enqueue(TestStore.keyed("k", "a", clock.now(), clock.now().plusSeconds(60))),
        send("k", "b"),
        send("other", "c"));

    leased("c");
    assertThat(one.leases().nextDue(List.of(ORDERS), TestStore.GROUP))
        .contains(clock.now().plusSeconds(60));
    clock.advance(Duration.ofSeconds(60));
    commitInLine(new Complete(leased("a")));
    leased("b");
  }

  @Test
  void aFollowerIsDelayedFromItsSendOn() {
    commitInLine(
        send("k", "a"),
        new Enqueue(TestStore.keyed("k", "b", clock.now(), clock.now().plusSeconds(60))));
    Lease head = leased("a");
    clock.advance(Duration.ofSeconds(20));
    commitInLine(new Complete(head));

    assertThat(claim(10)).isEmpty();
    clock.advance(Duration.ofSeconds(40));
    leased("b");
  }

  @Test
  void aDeadLetterKeepsItsKeyAndLetsTheNextGo() {
    commitInLine(send("k", "a"), send("k", "b"), send("k", "c"));
    for (String text : List.of("a", "b")) {
      LeasedMessage head = claim(10, deadLettersAfter(1)).get(0);
      assertThat(TestStore.text(head)).isEqualTo(text);
      if (text.equals("a")) {
        one.leases().recordFailure(head.lease(), AttemptFailure.bySchedule("failed"));
      } else {
        commit(new Reject(head.lease(), "bad"));
      }
      lineUp();
    }
    leased("c");

    List<LeasedMessage> dead =
        one.leases().claim(request(term, 10, RetryPolicy.DEFAULT, DEAD_LETTERS));
    assertThat(dead)
        .as("there they are not held in order")
        .extracting(TestStore::text)
        .containsExactly("a", "b");
    assertThat(dead).allMatch(message -> message.message().orderingKey().equals("k"));
    dead.forEach(this::complete);
    assertThat(rows("wb_key_news")).isZero();
  }

  @Test
  void aHeadThatIsSettledAsDeadLetsTheNextGo() {
    commitInLine(send("k", "a"), send("k", "b"));
    commitInLine(new Reject(leased("a"), "bad"));

    leased("b");
    assertThat(rows("wb_delivery where state = 'DEAD'")).isOne();
  }

  @Test
  void eachGroupHasALineOfItsOwn() {
    commitInLine(send("k", "a"), send("k", "b"));
    commitInLine(new Complete(leased("a")));
    commitInLine(new Complete(leased("b")));
    commitInLine(send("k", "c"), send("k", "d"));
    assertThat(audit()).as("its line is made first").isEmpty();
    lineUp();

    LeasedMessage ofOther = audit().get(0);
    assertThat(TestStore.text(ofOther)).isEqualTo("c");
    commitInLine(new Complete(leased("c")));
    leased("d");
    assertThat(audit()).isEmpty();
    complete(ofOther);
    lineUp();
    assertThat(audit()).extracting(TestStore::text).containsExactly("d");
  }

  private List<LeasedMessage> audit() {
    return one.leases()
        .claim(
            new ClaimRequest(
                term,
                List.of(ORDERS),
                "audit",
                10,
                ClaimManner.COUNTED,
                Optional.empty(),
                RetryPolicy.DEFAULT));
  }

  @Test
  void withoutAKeyNothingIsWrittenForLines() {
    commit(TestStore.send(ORDERS, "a", clock.now()));
    complete(only());

    assertThat(rows("wb_key_news")).isZero();
    assertThat(lineUp()).isEqualTo(new Upkeep.Lined(java.util.Set.of(), 0, false));
  }

  final void nothingIsLeft() {
    for (String table :
        List.of("wb_message", "wb_delivery", "wb_key_news", "wb_ordering_key", "wb_key_line")) {
      assertThat(rows(table)).as(table).isZero();
    }
  }
}
