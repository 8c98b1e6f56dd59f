package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.IdTakenException;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.model.NewMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends with a deduplication id, by two nodes on one database. */
@Tag("S9")
@Tag("C11")
abstract class DeduplicationContract extends DeduplicationRules {

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
}
