package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Released;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.core.store.Upkeep.Lined;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders, consumers and nodes that are at one key at the same time. */
@Tag("S8")
@Tag("C10")
abstract class KeyContract extends KeyRules {

  private final BranchId branch = new BranchId(0x57, "0a01", "0b");

  // ---- senders

  @Test
  void openTransactionsThatSendToOneKeyDoNotWaitForEachOtherAndOneIsTheHead() throws SQLException {
    firstApplication.begin();
    writeFirst(send("k", "a"));
    secondApplication.begin();
    writeSecond(send("k", "b"));
    assertThat(lineUp().keys()).isZero();
    secondApplication.commit();
    firstApplication.commit();

    assertThat(lineUp()).isEqualTo(new Lined(Set.of(ORDERS), 1, false));

    assertThat(rows("wb_delivery where state = 'READY'")).isOne();
    assertThat(rows("wb_delivery where state = 'BLOCKED'")).isOne();
    commitInLine(new Complete(only().lease()));
    commitInLine(new Complete(only().lease()));
    nothingIsLeft();
  }

  @Test
  void whoCommitsLaterComesLaterThoughItSentFirst() throws SQLException {
    firstApplication.begin();
    writeFirst(send("k", "late"));
    secondApplication.begin();
    writeSecond(send("k", "early"));
    secondApplication.commit();
    lineUp();
    firstApplication.commit();
    lineUp();

    commitInLine(new Complete(leased("early")));
    commitInLine(new Complete(leased("late")));
    nothingIsLeft();
  }

  @Test
  void aSenderThatRollsBackLeavesNothing() throws SQLException {
    firstApplication.begin();
    writeFirst(send("k", "a"));
    firstApplication.rollback();
    commitInLine(send("k", "b"));

    commitInLine(new Complete(leased("b")));
    nothingIsLeft();
  }

  // ---- a completion and a sender

  @Test
  void aFollowerThatCommitsBeforeTheCompletionIsNotForgotten() throws SQLException {
    completeAndSendAtOnce();
    secondApplication.commit();
    lineUp();
    assertThat(claim(10)).as("the completion has not committed").isEmpty();
    firstApplication.commit();
    lineUp();
    lastIsNext();
  }

  @Test
  void aFollowerThatCommitsAfterTheCompletionIsNotForgotten() throws SQLException {
    completeAndSendAtOnce();
    firstApplication.commit();
    lineUp();
    assertThat(rows("wb_ordering_key")).as("the key is gone").isZero();
    secondApplication.commit();
    lineUp();
    lastIsNext();
  }

  @Test
  void aFollowerAndACompletionThatAreFoundTogetherAreNotForgotten() throws SQLException {
    completeAndSendAtOnce();
    firstApplication.commit();
    secondApplication.commit();
    lineUp();
    lastIsNext();
  }

  @Test
  void aCompletionThatRollsBackLetsNobodyGo() throws SQLException {
    Lease head = completeAndSendAtOnce();
    firstApplication.rollback();
    secondApplication.commit();
    lineUp();
    assertThat(claim(10)).isEmpty();
    commitInLine(new Complete(head));
    lastIsNext();
  }

  private Lease completeAndSendAtOnce() throws SQLException {
    commitInLine(send("k", "first"));
    Lease head = leased("first");
    firstApplication.begin();
    writeFirst(new Complete(head));
    secondApplication.begin();
    writeSecond(send("k", "last"));
    lineUp();
    return head;
  }

  private void lastIsNext() {
    commitInLine(new Complete(leased("last")));
    nothingIsLeft();
  }

  @Test
  void aConsumerThatSendsToItsOwnKeyComesAfterWhoWaits() throws SQLException {
    commitInLine(send("k", "a"), send("k", "b"));
    Lease head = leased("a");
    firstApplication.begin();
    writeFirst(send("k", "follow-up"), new Complete(head));
    firstApplication.commit();
    lineUp();

    commitInLine(new Complete(leased("b")));
    commitInLine(new Complete(leased("follow-up")));
    nothingIsLeft();
  }

  // ---- signals and nodes

  @Test
  void anyNodePutsInOrderWhatADeadOneHasSentAndSettled() {
    commitInLine(send("k", "a"), send("k", "b"));
    commit(new Complete(leased("a")), send("new", "c"));
    one.close();

    assertThat(two.upkeep().lineUp(100)).isEqualTo(new Lined(Set.of(ORDERS), 2, false));

    one = two;
    assertThat(claim(10)).extracting(TestStore::text).containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void aNodeDoesNotWaitForAKeyThatAnotherIsWorkingOn() throws SQLException {
    commitInLine(send("k", "a"), send("k", "b"));
    commit(new Complete(leased("a")), send("other", "c"));
    try (Connection another = jdbc.connect()) {
      another.setAutoCommit(false);
      another
          .createStatement()
          .executeQuery("select head from wb_ordering_key where ordering_key = 'kk' for update");

      assertThat(lineUp()).isEqualTo(new Lined(Set.of(ORDERS), 1, true));
      leased("c");
      assertThat(lineUp()).as("it is asked to come again").isEqualTo(new Lined(Set.of(), 0, true));
      another.rollback();
    }

    assertThat(lineUp()).isEqualTo(new Lined(Set.of(ORDERS), 1, false));
    leased("b");
  }

  @Test
  @Timeout(60)
  void aNodeThatHangsBeforeItHasGivenAKeyItsRowHoldsUpThisKeyOnly() throws SQLException {
    Source source = new Source.Pooled(new FaultyDataSource(url()), "jdbc/test", true);
    try (QueueStore alone =
            QueueStores.open(
                TestStore.options(source, SchemaMode.MIGRATE, clock, true, "n3", "i-n3"));
        Connection hanging = jdbc.connect()) {
      hanging.setAutoCommit(false);
      hanging
          .createStatement()
          .executeUpdate(
              "insert into wb_ordering_key (head, next_place, group_id, ordering_key)"
                  + " select -1, 1, id, 'kk' from wb_group");
      commit(send("k", "a"), send("other", "b"));

      assertThat(alone.upkeep().lineUp(100)).isEqualTo(new Lined(Set.of(ORDERS), 1, true));
      assertThat(lineUp()).isEqualTo(new Lined(Set.of(), 0, true));
      leased("b");
      hanging.rollback();
    }

    assertThat(lineUp()).isEqualTo(new Lined(Set.of(ORDERS), 1, false));
    leased("a");
  }

  @Test
  void allPagesAreLookedAt() {
    for (int i = 0; i < 25; i++) {
      commit(send("k" + i, "m" + i));
    }
    Lined lined = one.upkeep().lineUp(10);
    for (int i = 0; i < 10 && lined.more(); i++) {
      lined = one.upkeep().lineUp(10);
    }

    assertThat(lined.more()).isFalse();
    assertThat(claim(30)).hasSize(25);
  }

  // ---- branches in doubt

  @Test
  @Tag("C3")
  void aBranchInDoubtHoldsUpNobodyAndIsAppendedWhenItIsReleased() {
    commitInLine(send("k", "a"));
    one.branches().prepare(branch, List.of(send("k", "in doubt"), send("k", "too")));
    commitInLine(send("k", "b"));
    commitInLine(new Complete(leased("a")));
    one.branches().commitPrepared(branch);
    lineUp();
    Lease head = leased("b");

    assertThat(one.branches().release(branch)).isEqualTo(new Released(Set.of(ORDERS), true));
    lineUp();

    commitInLine(send("k", "last"));
    commitInLine(new Complete(head));
    for (String text : List.of("in doubt", "too", "last")) {
      commitInLine(new Complete(leased(text)));
    }
    nothingIsLeft();
  }

  @Test
  void aBranchThatRollsBackLeavesNothing() {
    one.branches().prepare(branch, List.of(send("k", "a")));
    one.branches().rollbackPrepared(branch);
    lineUp();

    nothingIsLeft();
  }

  @Test
  @Tag("G4")
  void aHeadThatIsSettledInDoubtStaysTheHeadUntilThatIsDecided() {
    commitInLine(send("k", "a"), send("k", "b"));
    Lease head = leased("a");
    one.branches().prepare(branch, List.of(new Complete(head)));
    lineUp();
    assertThat(claim(10)).isEmpty();
    one.branches().rollbackPrepared(branch);
    lineUp();
    assertThat(one.leases().isHeld(head)).isTrue();
    assertThat(claim(10)).isEmpty();

    BranchId again = new BranchId(0x57, "0a02", "0b");
    one.branches().prepare(again, List.of(new Complete(head)));
    // As recovery on another node does, which knows the rows alone.
    two.branches().commitPrepared(again);
    two.upkeep().lineUp(100);

    leased("b");
  }

  private void writeFirst(Operation... operations) {
    one.branches().writeJoined(List.of(operations));
  }

  private void writeSecond(Operation... operations) {
    two.branches().writeJoined(List.of(operations));
  }
}
