package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.IdTakenException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.NewMessage.Deduplication;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.SendingNode.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends with a deduplication id, by two nodes on one database. */
@Tag("S9")
@Tag("C11")
abstract class DeduplicationContract {

  private static final Duration WINDOW = Duration.ofHours(1);

  final SettableClock clock = new SettableClock();
  SendingNode one;
  SendingNode two;
  private Jdbc jdbc;

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  /** A query of how long the session waits for a lock. */
  abstract String lockWait();

  @BeforeEach
  void open() {
    jdbc = new Jdbc(url());
    jdbc.execute("create table ledger (id int primary key)");
    one = new SendingNode("n1", url(), clock);
    two = new SendingNode("n2", url(), clock);
    one.store.queues().require(ORDERS);
    one.store.queues().require(SHIPMENTS);
  }

  @AfterEach
  void close() {
    two.close();
    one.close();
  }

  // ---- repeats

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

  @ParameterizedTest
  @EnumSource
  @Tag("C14")
  void anIdOfAnOpenJoinedTransactionIsUnavailableAndNothingElseSuffers(Path path) throws Exception {
    NewMessage first = order("a", "id");
    one.begin();
    one.sendJoined(first);

    assertUndecided(() -> two.send(path, order("b", "id")));
    two.begin();
    two.application.execute("insert into ledger values (1)");
    assertUndecided(() -> two.sendJoined(order("c", "id")));
    assertThat(two.isRollbackOnly()).isFalse();
    two.application.execute("insert into ledger values (2)");
    NewMessage other = order("d", "other");
    two.sendJoined(other);
    two.commit();
    one.commit();

    assertThat(jdbc.number("select count(*) from ledger")).isEqualTo(2);
    assertThat(messages()).isEqualTo(2);
    assertThat(two.send(path, order("e", "id"))).containsExactly(first.id());
  }

  @ParameterizedTest
  @EnumSource
  void anIdInDoubtIsUnavailableUntilItsBranchIsDecided(Path path) throws Exception {
    NewMessage kept = order("a", "kept");
    XaBranch committed = one.start();
    committed.send(List.of(kept));
    one.xa.prepare(one.end(committed));
    XaBranch rolledBack = one.start();
    rolledBack.send(List.of(order("b", "freed")));
    one.xa.prepare(one.end(rolledBack));

    for (SendingNode node : List.of(one, two)) {
      assertUndecided(() -> node.send(path, order("c", "kept")));
      assertUndecided(() -> node.send(path, order("d", "freed")));
    }
    // A commit may come by another node.
    assertThat(two.store.branches().commitPrepared(committed.id())).isEqualTo(BranchState.PREPARED);
    assertThat(one.store.branches().rollbackPrepared(rolledBack.id()))
        .isEqualTo(BranchState.PREPARED);

    NewMessage again = order("e", "freed");
    for (SendingNode node : List.of(one, two)) {
      assertThat(node.send(path, order("f", "kept"))).containsExactly(kept.id());
    }
    assertThat(two.send(path, again)).containsExactly(again.id());
  }

  @Test
  void anIdOfAnotherOpenBranchOfThisNodeIsUnavailable() throws Exception {
    XaBranch first = one.start();
    first.send(List.of(order("a", "id")));
    XaBranch second = one.start();
    assertUndecided(() -> second.send(List.of(order("b", "id"))));

    one.xa.rollback(one.end(first));

    NewMessage again = order("c", "id");
    assertThat(second.send(List.of(again))).containsExactly(again.id());
    one.commit(second, false);
    assertThat(messages()).isOne();
  }

  // ---- conflicts

  @ParameterizedTest
  @EnumSource(names = {"ONE_PHASE", "TWO_PHASE"})
  void ofTwoBranchesOfTwoNodesWithOneIdOneCommitsAndTheOtherIsRolledBack(Path path)
      throws Exception {
    NewMessage kept = order("a", "id");
    XaBranch first = one.start();
    first.send(List.of(kept));
    XaBranch second = two.start();
    second.send(List.of(order("b", "id"), order("c", "own")));
    one.commit(first, path == Path.TWO_PHASE);

    assertRolledBack(() -> two.commit(second, path == Path.TWO_PHASE));

    assertThat(second.outcome()).isEqualTo(XaBranch.Outcome.ROLLED_BACK);
    assertThat(two.store.branches().state(second.id())).isEqualTo(BranchState.UNKNOWN);
    assertThat(messages()).isOne();
    assertThat(jdbc.texts("select deduplication_id from wb_deduplication")).containsExactly("id");
    assertThat(two.send(path, order("d", "id"))).containsExactly(kept.id());
  }

  @Test
  void aBranchThatMeetsAPreparedOneIsRolledBackAndLeavesNothing() throws Exception {
    XaBranch first = one.start();
    first.send(List.of(order("a", "id")));
    XaBranch second = two.start();
    second.send(List.of(order("b", "id")));
    assertThat(one.xa.prepare(one.end(first))).isEqualTo(XAResource.XA_OK);

    Xid xid = two.end(second);
    assertRolledBack(() -> two.xa.prepare(xid));

    assertThat(messages()).isOne();
    assertThat(rows()).isOne();
    assertThat(jdbc.texts("select node_id from wb_branch")).containsExactly("n1");
  }

  @Test
  @Tag("C14")
  void aJoinedSendThatWasOvertakenAfterItsLookMarksItsTransactionForRollback() throws Exception {
    NewMessage first = order("a", "id");
    two.begin();
    two.application.execute("insert into ledger values (1)");
    two.afterLook(() -> sendLocal(first));

    assertThatThrownBy(() -> two.sendJoined(order("b", "id")))
        .isInstanceOfSatisfying(IdTakenException.class, e -> assertThat(e.retryable()).isTrue())
        .hasMessageContainingAll("\"id\"", "app:orders", "Begin it again");

    assertThat(two.isRollbackOnly()).isTrue();
    two.rollback();
    assertThat(messages()).isOne();
    assertThat(jdbc.number("select count(*) from ledger")).isZero();
    two.afterLook(() -> {});
    assertThat(two.send(Path.JOINED, order("c", "id"))).containsExactly(first.id());
  }

  @Test
  @Tag("C14")
  void aJoinedSendThatMeetsAnOpenOneAfterItsLookMarksItsTransactionForRollback() throws Exception {
    NewMessage first = order("a", "id");
    one.begin();
    two.begin();
    two.afterLook(() -> one.sendJoined(first));

    assertUndecided(() -> two.sendJoined(order("b", "id")));

    assertThat(two.isRollbackOnly()).isTrue();
    two.rollback();
    one.commit();
    assertThat(messages()).isOne();
    two.afterLook(() -> {});
    assertThat(two.send(Path.LOCAL, order("c", "id"))).containsExactly(first.id());
  }

  @Test
  @Tag("C14")
  void anExpiredIdThatAnOpenTransactionHasTakenOverIsUnavailable() throws Exception {
    one.send(Path.LOCAL, order("a", "id"));
    clock.advance(WINDOW);
    NewMessage second = order("b", "id");
    one.begin();
    one.sendJoined(second);

    assertUndecided(() -> two.send(Path.JOINED, order("c", "id")));
    assertUndecided(() -> two.send(Path.LOCAL, order("d", "id")));

    one.commit();
    assertThat(two.send(Path.LOCAL, order("e", "id"))).containsExactly(second.id());
  }

  // ---- what it costs others

  @Test
  void aSendWithoutAnIdTouchesNothingOfThis() throws Exception {
    one.begin();
    one.sendJoined(TestStore.message(ORDERS, "a", clock.now()));
    one.commit();
    assertThat(one.application.prepared())
        .isNotEmpty()
        .noneMatch(sql -> sql.contains("deduplication") || sql.contains("lock"));
  }

  @Test
  @Tag("C14")
  void theApplicationsConnectionWaitsForLocksAsBefore() throws Exception {
    one.begin();
    String before = current(one);
    one.sendJoined(order("a", "id"));
    assertThat(current(one)).isEqualTo(before);
    one.commit();
  }

  private String current(SendingNode node) throws SQLException {
    try (ResultSet rows = node.application.current().createStatement().executeQuery(lockWait())) {
      rows.next();
      return rows.getString(1);
    }
  }

  // ---- upkeep

  @Test
  @Tag("C15")
  void whatHasExpiredIsRemovedButNothingOfABranchInDoubt() throws Exception {
    one.send(Path.LOCAL, order("a", "old"), message(SHIPMENTS, "b", "old"));
    XaBranch prepared = one.start();
    prepared.send(List.of(order("c", "in doubt")));
    Xid xid = one.end(prepared);
    one.xa.prepare(xid);
    clock.advance(WINDOW);
    one.send(Path.LOCAL, order("d", "new"));

    prune();

    assertThat(jdbc.texts("select deduplication_id from wb_deduplication"))
        .containsExactlyInAnyOrder("in doubt", "new");
    one.xa.commit(xid, false);
    clock.advance(WINDOW);
    prune();
    assertThat(rows()).isZero();
  }

  @Test
  @Tag("C15")
  void pruningPassesOverWhatAnOpenTransactionTakesOver() throws Exception {
    one.send(Path.LOCAL, order("a", "id"), order("b", "old"));
    clock.advance(WINDOW);
    NewMessage second = order("c", "id");
    one.begin();
    one.sendJoined(second);

    prune();

    assertThat(jdbc.texts("select deduplication_id from wb_deduplication")).containsExactly("id");
    one.commit();
    assertThat(two.send(Path.LOCAL, order("d", "id"))).containsExactly(second.id());
  }

  private void prune() {
    Duration kept = Duration.ofDays(1000);
    two.store.upkeep().prune(new Upkeep.Retention(kept, kept), 100);
  }

  // ---- words

  private void sendLocal(NewMessage message) {
    try {
      one.send(Path.LOCAL, message);
    } catch (SQLException | XAException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertUndecided(ThrowingCallable send) {
    assertThatThrownBy(send)
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContainingAll(
            "deduplication id", "app:orders", "open or in doubt", "Send again");
  }

  private static void assertRolledBack(ThrowingCallable decision) {
    XAException thrown = catchThrowableOfType(XAException.class, decision);
    assertThat(thrown).isNotNull();
    assertThat(thrown.errorCode)
        .as(thrown.getMessage())
        .isBetween(XAException.XA_RBBASE, XAException.XA_RBEND);
    assertThat(thrown).hasMessageContaining("deduplication id");
  }

  private NewMessage order(String text, String id) {
    return message(ORDERS, text, id);
  }

  private NewMessage message(QueueName queue, String text, String id) {
    return TestStore.message(queue, text, clock.now()).once(new Deduplication(id, WINDOW));
  }

  private long messages() {
    return jdbc.number("select count(*) from wb_message");
  }

  private long rows() {
    return jdbc.number("select count(*) from wb_deduplication");
  }
}
