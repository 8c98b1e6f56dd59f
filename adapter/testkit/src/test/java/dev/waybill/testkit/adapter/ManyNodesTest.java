package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.core.branch.BranchId;
import dev.waybill.testkit.faults.FaultPoint;
import jakarta.resource.spi.ActivationSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several servers on one database. */
class ManyNodesTest {

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  @Tag("C1")
  @Tag("UNAVAILABLE")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aServerWhoseNameIsTakenComesUpByItselfOnceItIsFree(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer first = WaybillServer.start(databases);
      WaybillServer second = WaybillServer.start(databases);
      try (second) {
        QueueProducer producer = second.producer();
        try (first) {
          first.producer().send(message(ORDERS, "a"));
          assertThatThrownBy(() -> producer.send(message(ORDERS, "b")))
              .isInstanceOfSatisfying(
                  QueueException.class,
                  e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE))
              .hasMessageContainingAll("\"node-1\"", "fix: give each server its own nodeName");
        }
        await().until(() -> second.adapter.running().store().awaitOpen(java.time.Duration.ZERO));
        producer.send(message(ORDERS, "c"));
      }
      first.checker().assertClean();
      second.checker().assertClean();
      assertThat(databases.bodiesIn(ORDERS)).containsExactly("a", "c");
    }
  }

  @Test
  @Tag("C1")
  @Tag("G4")
  void theRecoveryOfANodeLeavesTheBranchesOfALivingOneAlone() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer one = WaybillServer.start(databases);
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      try (one;
          two) {
        QueueProducer producer = one.producer();
        one.application
            .faults()
            .arm(
                FaultPoint.BEFORE_COMMIT,
                1,
                () -> {
                  held.countDown();
                  go.await();
                });
        CompletableFuture<Void> placing =
            CompletableFuture.runAsync(() -> place(one, producer, false));
        try {
          held.await();
          List<String> unfinished = databases.unfinishedBranches();
          assertThat(unfinished).singleElement().asString().endsWith(" PREPARED");
          XAResource recovery = two.adapter.getXAResources(new ActivationSpec[0])[0];
          assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).isEmpty();
          BranchId branch = BranchId.parse(unfinished.get(0).split(" ")[0]);
          XAException refused =
              catchThrowableOfType(XAException.class, () -> recovery.rollback(branch.toXid()));
          assertThat(refused.errorCode).isEqualTo(XAException.XAER_RMFAIL);
        } finally {
          go.countDown();
        }
        placing.join();
      }
      one.checker().assertClean();
      two.checker().assertClean();
      assertThat(databases.bodiesIn(ORDERS)).containsExactly("order");
      assertThat(databases.placedBy("order")).containsExactly("1");
    }
  }

  @Test
  @Tag("C3")
  @Tag("G1")
  void whatADeadNodeCommittedIsReleasedAndHandledByAnother() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer one = WaybillServer.start(databases, adapter -> adapter.setReleaseHold("10m"));
      WaybillServer two = WaybillServer.start(databases, adapter -> adapter.setNodeName("node-2"));
      List<String> seen = new CopyOnWriteArrayList<>();
      try (two) {
        QueueProducer producer = one.producer();
        one.application.faults().arm(FaultPoint.BEFORE_COMMIT, 1, one.container::crash);
        CompletableFuture<Void> placing =
            CompletableFuture.runAsync(() -> place(one, producer, true));
        await().until(() -> one.container.lifeline().isCut());
        two.deploy("Bean", ORDERS, received -> seen.add(received.text()), spec -> {});
        await().until(() -> databases.owedIn(ORDERS).isEmpty() && !seen.isEmpty());
        placing.handle((nothing, error) -> error).join();
        one.container.awaitDeath();
      }
      two.checker().assertClean();
      assertThat(seen).containsExactly("order");
      assertThat(databases.unfinishedBranches()).isEmpty();
    }
  }

  private static void place(WaybillServer server, QueueProducer producer, boolean queueFirst) {
    try {
      server
          .container
          .transactions()
          .inTransaction(
              () -> {
                if (queueFirst) {
                  producer.send(message(ORDERS, "order"));
                }
                Databases.update(server.application, "insert into placed values ('order', 1)");
                if (!queueFirst) {
                  producer.send(message(ORDERS, "order"));
                }
                return null;
              });
    } catch (Exception e) {
      throw new IllegalStateException("The order cannot be placed", e);
    }
  }
}
