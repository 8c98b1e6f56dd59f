package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.testkit.adapter.FaultCase.Behaviour;
import dev.waybill.testkit.faults.Fault;
import dev.waybill.testkit.faults.RecordingXaResource;
import jakarta.resource.ResourceException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bean that writes a business row and sends a follow-up message, with one fault at its first
 * attempt: whatever fails, row, acknowledgement and follow-up commit together or not at all.
 */
class FaultMatrixTest {

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  private static final Duration LIMIT = Duration.ofSeconds(30);

  static Stream<FaultCase> cases() {
    return FaultCase.all();
  }

  @Tag("C2")
  @Tag("C5")
  @Tag("C6")
  @Tag("C9")
  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("G7")
  @Tag("M2")
  @Tag("S1")
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void rowAcknowledgementAndFollowUpAreOne(FaultCase fault) throws Exception {
    try (Databases databases = databases(fault.path())) {
      AtomicReference<Fault> armed = new AtomicReference<>();
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        server.producer().send(WaybillServer.message(ORDERS, "order-1"));
        deploy(server, Optional.of(() -> endFirst(server, fault, armed)));
        await().atMost(LIMIT).until(() -> isOver(server));
        finish(server, databases);
      }
      server.checker().assertClean();
      assertThat(armed.get().hasFired()).as("the fault has happened").isTrue();
      assertEffects(fault, databases);
    }
  }

  private static void finish(WaybillServer server, Databases databases) throws Exception {
    if (!server.container.lifeline().isCut()) {
      return;
    }
    server.container.awaitDeath();
    databases.timePassedSinceKill();
    WaybillServer next = WaybillServer.start(databases);
    try (next) {
      next.container.recover();
      deploy(next, Optional.empty());
      await().atMost(LIMIT).untilAsserted(() -> assertQuiet(next));
    }
    next.checker().assertClean();
  }

  private static void deploy(WaybillServer server, Optional<OrderBean.Ending> first)
      throws Exception {
    OrderBean bean = new OrderBean(server.application, server.producer(), first.orElse(() -> {}));
    server.deploy("OrderBean", ORDERS, bean, spec -> spec.setMaxConcurrency("2"));
  }

  /** The first attempt arms the fault and ends as the case says. */
  private static void endFirst(WaybillServer server, FaultCase fault, AtomicReference<Fault> armed)
      throws Exception {
    armed.set(fault.arm(server));
    if (fault.needsVeto()) {
      RecordingXaResource veto = new RecordingXaResource();
      veto.vote(XAException.XA_RBROLLBACK);
      server.container.transactions().current().enlistResource(veto);
    }
    fault.behaviour().end(server.container.transactions());
  }

  /** Says what is left. */
  private static void assertQuiet(WaybillServer server) throws Exception {
    server.container.recover();
    Databases databases = server.databases;
    assertThat(databases.owedIn(ORDERS)).as("deliveries owed").isEmpty();
    assertThat(databases.unfinishedBranches()).as("unfinished branches").isEmpty();
    assertThat(databases.inDoubtInBusiness()).as("prepared in the other database").isEmpty();
  }

  /** Crashed, perhaps while this asks, or quiet. */
  private static boolean isOver(WaybillServer server) throws Exception {
    try {
      return server.container.lifeline().isCut() || isQuiet(server);
    } catch (SQLException | ResourceException e) {
      if (server.container.lifeline().isCut()) {
        return true;
      }
      throw e;
    }
  }

  private static boolean isQuiet(WaybillServer server) throws Exception {
    server.container.recover();
    Databases databases = server.databases;
    return databases.owedIn(ORDERS).isEmpty()
        && databases.unfinishedBranches().isEmpty()
        && databases.inDoubtInBusiness().isEmpty();
  }

  private static void assertEffects(FaultCase fault, Databases databases) throws Exception {
    List<String> rows = databases.placedBy("order-1");
    List<String> followUps = databases.bodiesIn(FOLLOW_UPS);
    List<String> outcomes = databases.outcomesIn(ORDERS);
    if (fault.path() == CommitPath.LOCAL) {
      assertThat(rows).as("at least once").isNotEmpty().containsAll(followUps);
      assertThat(followUps).isNotEmpty();
    } else {
      assertThat(rows).as("business rows").hasSize(1);
      assertThat(followUps).as("follow-ups of the attempt that committed").isEqualTo(rows);
    }
    assertThat(outcomes).as("outcomes").containsOnlyOnce("COMPLETED").last().isEqualTo("COMPLETED");
    if (fault.behaviour() != Behaviour.RETURNS) {
      assertThat(outcomes).as("outcomes").hasSizeGreaterThan(1);
    }
  }
}
