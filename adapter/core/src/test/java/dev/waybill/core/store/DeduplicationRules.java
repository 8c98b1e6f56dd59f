package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a repeated send returns, and for how long. */
@Tag("S9")
@Tag("C11")
abstract class DeduplicationRules extends DeduplicationFixture {

  @ParameterizedTest
  @EnumSource
  void aRepeatAfterTheCommitSendsNothingAndReturnsTheFirstId(Path path) throws Exception {
    NewMessage first = order("a", "id");
    assertThat(one.send(path, first)).containsExactly(first.id());

    for (Path again : Path.values()) {
      assertThat(one.send(again, order("b", "id"))).as("%s", again).containsExactly(first.id());
      assertThat(two.send(again, order("c", "id"))).as("%s", again).containsExactly(first.id());
    }

    assertThat(messages()).isOne();
    assertThat(rows()).isOne();
  }

  @ParameterizedTest
  @EnumSource
  void ofABatchOnlyWhatIsNewIsSentAndEveryIdIsReturnedInOrder(Path path) throws Exception {
    NewMessage before = order("before", "0");
    one.send(Path.LOCAL, before);
    NewMessage first = order("a", "1");
    NewMessage plain = TestStore.message(ORDERS, "plain", clock.now());

    List<UUID> ids =
        one.send(path, order("x", "0"), first, plain, order("y", "1"), order("z", "0"));

    assertThat(ids).containsExactly(before.id(), first.id(), plain.id(), first.id(), before.id());
    assertThat(messages()).isEqualTo(3);
  }

  @Test
  void aRepeatInTheSameTransactionReturnsTheFirstId() throws Exception {
    NewMessage joined = order("a", "joined");
    one.begin();
    assertThat(one.sendJoined(joined)).containsExactly(joined.id());
    assertThat(one.sendJoined(order("b", "joined"))).containsExactly(joined.id());
    one.commit();

    NewMessage xa = order("c", "xa");
    XaBranch branch = one.start();
    assertThat(branch.send(List.of(xa))).containsExactly(xa.id());
    assertThat(branch.send(List.of(order("d", "xa")))).containsExactly(xa.id());
    one.commit(branch, true);

    assertThat(messages()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void anotherQueueAndAnIdThatDiffersByCaseOrASpaceAreNotConcerned(Path path) throws Exception {
    one.send(path, order("a", "id"));
    for (NewMessage other :
        List.of(
            message(SHIPMENTS, "b", "id"),
            order("c", "Id"),
            order("d", "id "),
            order("e", "ïd"),
            order("f", "id\ud83d\ude9a"))) {
      assertThat(one.send(path, other)).containsExactly(other.id());
    }
    assertThat(messages()).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource
  void theLongestIdIsKeptInFull(Path path) throws Exception {
    String longest = "é".repeat(254);
    NewMessage first = order("a", longest + "1");
    one.send(path, first);
    NewMessage other = order("b", longest + "2");
    assertThat(one.send(path, other)).containsExactly(other.id());
    assertThat(one.send(path, order("c", longest + "1"))).containsExactly(first.id());
  }

  @ParameterizedTest
  @EnumSource
  void theIdOutlivesItsMessage(Path path) throws Exception {
    NewMessage first = order("a", "id");
    one.send(path, first);
    UUID term = one.store.leases().openTerm("n1/bean", clock.now().plus(WINDOW));
    one.store
        .branches()
        .commitLocal(
            List.of(
                new Complete(
                    one.store
                        .leases()
                        .claim(request(term, 1, RetryPolicy.DEFAULT, ORDERS))
                        .get(0)
                        .lease())));
    assertThat(messages()).isZero();

    assertThat(two.send(path, order("b", "id"))).containsExactly(first.id());
    assertThat(messages()).isZero();
  }

  // ---- windows

  @ParameterizedTest
  @EnumSource
  void anExpiredIdIsFreeAtOnceAndThenTheNewMessageHasIt(Path path) throws Exception {
    NewMessage first = order("a", "id");
    one.send(path, first);
    clock.advance(WINDOW.minusMillis(1));
    assertThat(two.send(path, order("b", "id"))).containsExactly(first.id());
    clock.advance(Duration.ofMillis(1));
    NewMessage second = order("c", "id");

    assertThat(two.send(path, second)).containsExactly(second.id());
    assertThat(one.send(path, order("d", "id"))).containsExactly(second.id());
    assertThat(messages()).isEqualTo(2);
    assertThat(rows()).isOne();
  }

  @Test
  void theWindowOfATransactionThatTookLongBeginsWithItsCommit() throws Exception {
    NewMessage joined = order("a", "joined");
    one.begin();
    one.sendJoined(joined);
    NewMessage prepared = order("b", "xa");
    XaBranch branch = one.start();
    branch.send(List.of(prepared));
    Xid xid = one.end(branch);
    one.xa.prepare(xid);
    clock.advance(WINDOW.multipliedBy(2));

    one.commit();
    one.xa.commit(xid, false);

    clock.advance(WINDOW.minusMillis(1));
    assertThat(two.send(Path.LOCAL, order("c", "joined"))).containsExactly(joined.id());
    assertThat(two.send(Path.LOCAL, order("d", "xa"))).containsExactly(prepared.id());
    clock.advance(Duration.ofMillis(1));
    assertThat(two.send(Path.LOCAL, order("e", "joined"))).doesNotContain(joined.id());
    assertThat(two.send(Path.LOCAL, order("f", "xa"))).doesNotContain(prepared.id());
  }

  @Test
  @Timeout(60)
  void aTransactionThatTookLongDoesNotWaitForWhoHasItsExpiredId() throws Exception {
    one.begin();
    one.sendJoined(order("a", "id"));
    clock.advance(WINDOW);
    one.application.commit();
    NewMessage second = order("b", "id");
    two.begin();
    two.sendJoined(second);

    one.completed();

    two.commit();
    assertThat(one.send(Path.LOCAL, order("c", "id"))).containsExactly(second.id());
  }

  @Test
  void aQueueHasTheWindowThatWasConfiguredForIt() {
    Duration day = Duration.ofDays(1);
    one.store.queues().configure(new QueueSettings(ORDERS, Duration.ZERO, day));
    assertThat(two.store.queues().require(SHIPMENTS).deduplicationWindow()).isNull();
    assertThat(two.store.queues().require(ORDERS).deduplicationWindow()).isEqualTo(day);

    one.store.queues().configure(new QueueSettings(ORDERS, Duration.ZERO));
    assertThat(one.store.queues().require(ORDERS).deduplicationWindow()).isNull();
    for (Duration wrong : List.of(Duration.ofMillis(999), Duration.ofDays(366))) {
      assertThatThrownBy(
              () -> one.store.queues().configure(new QueueSettings(ORDERS, Duration.ZERO, wrong)))
          .isInstanceOfSatisfying(
              QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
          .hasMessageContainingAll("app:orders", wrong.toString(), "1s to 365d");
    }
  }

  // ---- rollbacks

  @Test
  void aRollbackFreesTheId() throws Exception {
    one.begin();
    one.sendJoined(order("a", "id"));
    one.rollback();
    XaBranch open = one.start();
    open.send(List.of(order("b", "id")));
    one.xa.rollback(one.end(open));
    XaBranch prepared = one.start();
    prepared.send(List.of(order("c", "id")));
    Xid xid = one.end(prepared);
    one.xa.prepare(xid);
    one.xa.rollback(xid);
    assertThat(rows()).isZero();

    NewMessage first = order("d", "id");
    assertThat(one.send(Path.JOINED, first)).containsExactly(first.id());
    assertThat(messages()).isOne();
  }

  // ---- undecided
}
