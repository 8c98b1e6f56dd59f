package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.audit.Audit;
import dev.waybill.itests.audit.Intent.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The crash test can see what it looks for: with the lease's fence taken out, or the
 * acknowledgement written outside the transaction, the audit finds it; without, the same story is
 * clean.
 */
@Tag("C9")
@Tag("G2")
@Tag("G3")
class MutationCrash {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int ORDERS = 200;

  @Test
  void aStoppedNodeThatWakesUpDoublesNothing() {
    assertThat(stopped("crash-fence", List.of())).matches(Audit::isClean, "is clean");
  }

  @Test
  void withoutTheFenceTheAuditFindsDoubledOrders() {
    Audit audit =
        stopped("crash-no-fence", List.of(CrashPoint.named(CrashPoint.MUTATIONS, "no fence")));
    assertThat(audit.doubled()).as(audit.report()).isNotEmpty();
  }

  @Test
  void aNodeThatEndsAfterTheTransactionDoublesNothing() {
    assertThat(ended("crash-inside", List.of())).matches(Audit::isClean, "is clean");
  }

  @Test
  void acknowledgedOutsideTheTransactionTheAuditFindsDoubledOrders() {
    Audit audit =
        ended(
            "crash-outside",
            List.of(CrashPoint.named(CrashPoint.MUTATIONS, "acknowledged outside")));
    assertThat(audit.doubled()).as(audit.report()).isNotEmpty();
  }

  /** A node is stopped in the middle of slow orders, others take them over, then it wakes up. */
  private static Audit stopped(String name, List<CrashPoint> mutations) {
    try (Cluster cluster = Cluster.start(name, PostgresPath.JOINED, 2)) {
      CrashNode victim = cluster.node(0);
      mutations.forEach(victim::submit);
      long handled = cluster.database().handledOn(victim.name());
      cluster.clients().place(cluster.node(1), Kind.SLOW, ORDERS);
      await("the node is in the middle of it")
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> cluster.database().handledOn(victim.name()) > handled);
      victim.suspend();
      // What it was just settling stays locked until it wakes up; the rest runs out.
      await("orders of the stopped node are handled by another")
          .atMost(TIMEOUT)
          .until(() -> cluster.database().handledAgain() > 0);
      victim.resume();
      awaitAwake(cluster, victim);
      cluster.settle();
      return report(cluster);
    }
  }

  /** The node that woke up has ended what it was doing when it handles new orders. */
  private static void awaitAwake(Cluster cluster, CrashNode victim) {
    await("the node that was stopped has no transaction of that time")
        .atMost(TIMEOUT)
        .until(() -> cluster.database().openTransactions() == 0);
    cluster.clients().place(victim, Kind.PLAIN, 1);
  }

  /** A node ends when the listener's transaction has ended and nothing else has happened. */
  private static Audit ended(String name, List<CrashPoint> mutations) {
    try (Cluster cluster = Cluster.start(name, PostgresPath.JOINED, 2)) {
      CrashNode victim = cluster.node(0);
      if (!mutations.isEmpty()) {
        victim.kill();
        mutations.forEach(victim::ruleFromStart);
        cluster.startAgain(victim);
        cluster.awaitUp(cluster.size());
      }
      CrashPoint point =
          CrashPoint.named(CrashPoint.POINTS, "deliver: the transaction has ended").atHit(5);
      victim.submit(point);
      // who places orders is the first to look for them
      cluster.clients().place(victim, Kind.PLAIN, ORDERS);
      await("the node ended").atMost(TIMEOUT).until(victim::hasEnded);
      victim.requireEndedAt(point);
      cluster.startAgain(victim);
      cluster.settle();
      return report(cluster);
    }
  }

  private static Audit report(Cluster cluster) {
    Audit audit = cluster.audit();
    System.out.println(audit.report());
    return audit;
  }
}
