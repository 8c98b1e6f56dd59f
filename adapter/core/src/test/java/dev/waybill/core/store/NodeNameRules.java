package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The names of nodes and of their transaction managers. */
abstract class NodeNameRules extends NodesFixture {

  @Test
  @Tag("C1")
  void aSecondServerWithTheNameOfALivingOneIsRefusedWithTheFix() {
    NodeNameTakenException first =
        catchThrowableOfType(NodeNameTakenException.class, () -> open("n1", "i2"));
    assertThat(first).hasMessageContainingAll("\"n1\"", "fix: give each server its own nodeName");
    assertThat(first.freeAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
    clock.advance(Duration.ofSeconds(1));
    NodeNameTakenException silent =
        catchThrowableOfType(NodeNameTakenException.class, () -> open("n1", "i2"));
    assertThat(silent.provesLifeSince(first)).isFalse();
    store.beat();
    clock.advance(Duration.ofSeconds(1));
    NodeNameTakenException beaten =
        catchThrowableOfType(NodeNameTakenException.class, () -> open("n1", "i2"));
    assertThat(beaten.provesLifeSince(first)).isTrue();
  }

  @Test
  @Tag("C1")
  void theNameOfAKilledServerIsFreeAfterAFewBeatsAndThatOfAStoppedOneAtOnce() {
    clock.advance(Duration.ofMillis(3_999));
    assertThatThrownBy(() -> open("n1", "i2")).isInstanceOf(NodeNameTakenException.class);
    clock.advance(Duration.ofMillis(1));
    open("n1", "i2").close();
    open("n1", "i3").close();
    assertThat(jdbc().number("select count(*) from wb_node")).isZero();
  }

  @Test
  @Tag("C1")
  void ofTwoStartsWithOneNameAtTheSameTimeOneGetsIt() throws Exception {
    List<Object> results =
        together(List.of(() -> startOrReason("n2", "i1"), () -> startOrReason("n2", "i2")));

    assertThat(results).filteredOn(QueueStore.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(NodeNameTakenException.class::isInstance).hasSize(1);
  }

  private Object startOrReason(String name, String incarnation) {
    try {
      QueueStore opened = open(name, incarnation);
      synchronized (others) {
        return add(opened);
      }
    } catch (NodeNameTakenException e) {
      return e;
    }
  }

  @Test
  @Tag("C1")
  @Tag("C8")
  void aServerThatStoodStillAndLostItsNamePreparesNothingUntilItHasItBack() {
    BranchId before = newBranch();
    branches.prepare(before, aSend());
    clock.advance(Duration.ofSeconds(5));
    QueueStore successor = add(open("n1", "i2"));

    store.beat();

    assertRefused(Kind.CONFLICT, () -> branches.prepare(newBranch(), aSend()), "nodeName");
    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'")).isOne();
    assertThat(branches.inDoubt(Set.of(before))).containsExactly(before);
    others.remove(successor);
    successor.close();
    store.beat();
    BranchId after = newBranch();
    branches.prepare(after, aSend());
    assertThat(branches.state(after)).isEqualTo(BranchState.PREPARED);
  }

  @Test
  @Tag("C1")
  void aServerThatStoodStillAndLostItsNamePreparesNothingBeforeItsFirstBeatEither() {
    clock.advance(Duration.ofSeconds(5));
    add(open("n1", "i2"));

    assertRefused(Kind.CONFLICT, () -> branches.prepare(newBranch(), aSend()), "nodeName");

    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'")).isZero();
  }

  @Test
  @Tag("C1")
  void aTransactionManagerWhoseNameOverlapsThatOfALivingNodeIsRefusedWithTheFix() {
    QueueStore one = server("a");
    QueueStore ten = server("b");
    one.branches().prepare(branchOf("node1"), aSend());

    assertRefused(
        Kind.CONFLICT,
        () -> ten.branches().prepare(branchOf("node10"), aSend()),
        "\"node10\"",
        "node \"a\" (\"node1\")",
        "fix: give each server",
        "xa-servername");
    assertRefused(
        Kind.CONFLICT, () -> ten.branches().prepare(branchOf("node10"), aSend()), "node10");

    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'")).isOne();
    ten.branches().commitOnePhase(branchOf("node10"), aSend());
    ten.branches().prepare(newBranch(), aSend());
  }

  @Test
  @Tag("C1")
  void theNameOfATransactionManagerIsFreeOnceItsNodeIsGone() {
    QueueStore one = server("a");
    QueueStore two = server("b");
    one.branches().prepare(branchOf("host,server"), aSend());
    assertRefused(
        Kind.CONFLICT, () -> two.branches().prepare(branchOf("host,server"), aSend()), "host");
    clock.advance(Duration.ofSeconds(31));
    two.beat();
    two.branches().prepare(branchOf("host,server"), aSend());

    // What stood still comes back, and finds its place taken.
    one.beat();

    assertRefused(
        Kind.CONFLICT, () -> one.branches().prepare(branchOf("host,server"), aSend()), "host");
  }

  @Test
  @Tag("C1")
  void aRestartOrAnotherAdapterOfTheServerIsNoConflict() {
    store.branches().prepare(branchOf("host,server"), aSend());
    node("n2").branches().prepare(branchOf("host,server"), aSend());
    add(reopened("i2")).branches().prepare(branchOf("host,server"), aSend());

    assertThat(jdbc().number("select count(*) from wb_branch where state = 'PREPARED'"))
        .isEqualTo(3);
  }

  @Test
  @Tag("C1")
  void ofTransactionManagersThatComeAtTheSameTimeOneIsAdmitted() throws Exception {
    List<Callable<Object>> calls = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      QueueStore server = server(name);
      BranchId id = branchOf("node");
      calls.add(
          () -> {
            try {
              server.branches().prepare(id, aSend());
              return name;
            } catch (QueueException e) {
              return e.kind();
            }
          });
    }

    List<Object> results = together(calls);

    assertThat(results).filteredOn(Kind.CONFLICT::equals).hasSize(2);
    assertThat(results).filteredOn(String.class::isInstance).hasSize(1);
  }

  @Test
  @Tag("C1")
  void aNodeThatStandsStillInItsBeatHoldsBackNoOther() throws Exception {
    server("b");
    QueueStore c = server("c");
    BranchId id = branchOf("node");
    try (Connection stalled = new FaultyDataSource(url()).getConnection();
        Statement statement = stalled.createStatement()) {
      stalled.setAutoCommit(false);
      statement.executeUpdate("update wb_node set seen_at = seen_at where id = 'b'");
      threads.submit(() -> c.branches().prepare(id, aSend())).get(60, TimeUnit.SECONDS);
      stalled.rollback();
    }

    assertThat(c.branches().state(id)).isEqualTo(BranchState.PREPARED);
  }
}
