package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.testkit.connections.EnlistingDataSource;
import dev.waybill.testkit.faults.Fault;
import dev.waybill.testkit.faults.FaultAction;
import dev.waybill.testkit.faults.FaultPoint;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A joined adapter whose bean writes to a database of its own. */
class OtherDataSourceTest {

  private static final String DEAD = "app:dead";

  @Tag("C14")
  @Test
  void withoutXaTheFirstDeliverySaysWhyAndNoEffectIsKept() throws Exception {
    try (Databases databases = new Databases(CommitPath.JOINED);
        Databases others = new Databases(CommitPath.JOINED)) {
      WaybillServer server = WaybillServer.start(databases);
      OrderBean bean;
      try (server) {
        EnlistingDataSource other =
            server.container.localDataSource(name(), server.container.faulty(others.business()));
        bean = new OrderBean(other, server.producer(), () -> {});
        server.producer().send(message(ORDERS, "order"));
        server.deploy(
            "Bean",
            ORDERS,
            bean,
            spec -> {
              spec.setRetrySchedule("0s,0s");
              spec.setDeadLetterQueue(DEAD);
            });
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(databases.outcomesIn(ORDERS)).hasSize(3).containsOnly("FAILED");
      assertThat(databases.errorsIn(ORDERS)).allMatch(error -> error.contains("non-XA resource"));
      assertThat(bean.calls()).as("tries, as many as the schedule has").isEqualTo(3);
      assertThat(others.placedBy("order")).as("rows in the other database").isEmpty();
      assertThat(databases.bodiesIn(FOLLOW_UPS)).as("follow-ups").isEmpty();
      assertThat(databases.bodiesIn(DEAD)).containsExactly("order");
    }
  }

  @Tag("C14")
  @ParameterizedTest
  @EnumSource(names = {"JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void withXaBothDatabasesCommitTogether(CommitPath path) throws Exception {
    try (Databases databases = new Databases(path);
        Databases others = new Databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Integer> enlisted = new CopyOnWriteArrayList<>();
      Fault refused;
      try (server) {
        EnlistingDataSource other = server.container.xaDataSource(name(), others.businessXa());
        refused =
            other
                .faults()
                .arm(FaultPoint.BEFORE_PREPARE, 1, FaultAction.xaError(XAException.XA_RBROLLBACK));
        OrderBean bean =
            new OrderBean(
                other,
                server.producer(),
                () -> enlisted.add(server.container.transactions().enlisted().size()));
        server.producer().send(message(ORDERS, "order"));
        server.deploy("Bean", ORDERS, bean, spec -> {});
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(enlisted).as("resources in one transaction").containsExactly(2);
      assertThat(refused.hasFired()).as("the other database refused once").isTrue();
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("FAILED", "COMPLETED");
      assertThat(others.placedBy("order"))
          .as("rows of the attempt that committed")
          .containsExactly("2");
      assertThat(databases.bodiesIn(FOLLOW_UPS)).containsExactly("2");
    }
  }

  private static String name() {
    return "jdbc/other-" + UUID.randomUUID();
  }
}
