package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.FOLLOW_UPS;
import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.faults.Fault;
import dev.waybill.testkit.faults.FaultAction;
import dev.waybill.testkit.faults.FaultPoint;
import dev.waybill.testkit.outbound.TransactionLevel;
import jakarta.transaction.Status;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What belongs to one transaction is one branch, or one local transaction. */
class OneTransactionTest {

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  @Tag("C6")
  @Test
  void aBeanAndItsProducersAreOneBranch() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Integer> enlisted = new CopyOnWriteArrayList<>();
      try (server) {
        QueueProducer first = server.producer();
        QueueProducer second = server.producer();
        first.send(message(ORDERS, "order"));
        server.deploy(
            "Bean",
            ORDERS,
            received -> {
              first.send(message(FOLLOW_UPS, "a"));
              second.send(message(FOLLOW_UPS, "b"));
              enlisted.add(server.container.transactions().enlisted().size());
            },
            spec -> {});
        await().until(() -> databases.owedIn(FOLLOW_UPS).size() == 2);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(enlisted).containsExactly(1);
      assertThat(databases.branches()).containsExactly("COMMITTED");
    }
  }

  @Tag("C6")
  @Test
  void twoProducersInOneTransactionAreOneBranch() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer first = server.producer();
        QueueProducer second = server.producer();
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  first.send(message(ORDERS, "a"));
                  second.send(message(ORDERS, "b"));
                  return first.send(message(ORDERS, "c"));
                });
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("a", "b", "c");
        assertThat(databases.branches()).containsExactly("COMMITTED");
      }
      server.checker().assertClean();
    }
  }

  @Tag("C6")
  @Tag("S1")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aSendInATransactionOfItsOwnStaysWhenTheDeliveryRollsBack(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        producer.send(message(ORDERS, "order"));
        server.deploy(
            "Bean",
            ORDERS,
            received -> {
              producer.send(message(FOLLOW_UPS, "outer " + received.attempts()));
              server
                  .container
                  .transactions()
                  .inTransaction(
                      () -> producer.send(message(FOLLOW_UPS, "inner " + received.attempts())));
              if (received.attempts() == 1) {
                throw new IllegalStateException("meant to fail");
              }
            },
            spec -> {});
        await().until(() -> databases.owedIn(FOLLOW_UPS).size() == 3);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(databases.bodiesIn(FOLLOW_UPS))
          .containsExactlyInAnyOrder("inner 1", "outer 2", "inner 2");
    }
  }

  @Tag("C6")
  @Test
  void twoAdaptersInOneTransactionAreTwoBranches() throws Exception {
    try (Databases here = databases(CommitPath.XA);
        Databases there = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(here);
      WaybillServer other = WaybillServer.start(there);
      Recorder recorder = new Recorder();
      try (server;
          other) {
        QueueProducer first = server.producer();
        QueueProducer second = other.producer();
        other.deploy("Recorder", ORDERS, recorder, spec -> {});
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  first.send(message(ORDERS, "here"));
                  second.send(message(ORDERS, "there"));
                  return null;
                });
        await().until(() -> recorder.seen().equals(List.of("there #1")));
        await().until(() -> here.branches().equals(List.of("COMMITTED")));
        await().until(() -> there.unfinishedBranches().isEmpty());
      }
      server.checker().assertClean();
      other.checker().assertClean();
      assertThat(here.bodiesIn(ORDERS)).containsExactly("here");
    }
  }

  @Tag("C5")
  @ParameterizedTest
  @EnumSource(names = {"JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void theJoinedPathEnlistsNothingOfOurs(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<Integer> enlisted = new CopyOnWriteArrayList<>();
      Fault prepared =
          server
              .application
              .faults()
              .arm(FaultPoint.BEFORE_PREPARE, 1, FaultAction.xaError(XAException.XA_RBROLLBACK));
      try (server) {
        QueueProducer producer = server.producer();
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  producer.send(message(ORDERS, "order"));
                  enlisted.add(server.container.transactions().enlisted().size());
                  return null;
                });
        OrderBean bean =
            new OrderBean(
                server.application,
                producer,
                () -> enlisted.add(server.container.transactions().enlisted().size()));
        server.deploy("Bean", ORDERS, bean, spec -> {});
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(enlisted).containsExactly(1, 1);
      assertThat(prepared.hasFired()).as("a prepare").isFalse();
      assertThat(databases.placedBy("order")).hasSize(1);
    }
  }

  @Tag("C14")
  @ParameterizedTest
  @EnumSource(names = {"JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aJoinedSendIsInTheSessionOfTheApplication(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        producer.send(message(ORDERS, "before"));
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  producer.send(message(ORDERS, "inside"));
                  assertThat(messagesSeenBy(server)).isEqualTo(2);
                  assertThat(databases.bodiesIn(ORDERS)).containsExactly("before");
                  return null;
                });
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("before", "inside");
      }
      server.checker().assertClean();
    }
  }

  @Tag("C14")
  @Test
  void aJoinedSendBesideAnotherDataSourceWithoutXaRollsTheTransactionBack() throws Exception {
    try (Databases databases = databases(CommitPath.JOINED);
        Databases others = databases(CommitPath.JOINED)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        DataSource other =
            server.container.localDataSource(
                "jdbc/other", server.container.faulty(others.business()));
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  Databases.update(other, "insert into placed values ('order', 1)");
                  assertThatThrownBy(() -> producer.send(message(ORDERS, "order")))
                      .isInstanceOf(QueueException.class);
                  assertThat(server.container.transactions().status())
                      .isEqualTo(Status.STATUS_MARKED_ROLLBACK);
                  return null;
                });
        assertThat(databases.bodiesIn(ORDERS)).isEmpty();
        assertThat(others.placedBy("order")).isEmpty();
      }
      server.checker().assertClean();
    }
  }

  private static int messagesSeenBy(WaybillServer server) throws Exception {
    try (Connection connection = server.application.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from wb_message")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Tag("C5")
  @ParameterizedTest
  @EnumSource(
      value = TransactionLevel.class,
      names = {"NO_TRANSACTION", "LOCAL_TRANSACTION"})
  void aPoolThatDoesNotEnlistIsRefusedInATransactionAndTheFixIsNamed(TransactionLevel level)
      throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer(level);
        assertThatThrownBy(
                () ->
                    server
                        .container
                        .transactions()
                        .inTransaction(() -> producer.send(message(ORDERS, "refused"))))
            .isInstanceOfSatisfying(
                QueueException.class,
                e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
            .hasMessageContaining("transactionSupport = XATransaction");
        producer.send(message(ORDERS, "alone"));
        assertThat(databases.bodiesIn(ORDERS)).containsExactly("alone");
      }
    }
  }

  @Tag("C8")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void nothingIsSentAfterTheTransactionHasTimedOut(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      List<String> refused = new CopyOnWriteArrayList<>();
      try (server) {
        QueueProducer producer = server.producer();
        producer.send(message(ORDERS, "order"));
        server.deploy(
            EndpointSettings.of("Bean", path.attribute()).withTransactionTimeout(1),
            ORDERS,
            received -> {
              if (received.attempts() == 1) {
                await()
                    .pollInSameThread()
                    .until(() -> server.container.transactions().status() != Status.STATUS_ACTIVE);
                try {
                  producer.send(message(FOLLOW_UPS, "zombie"));
                } catch (QueueException e) {
                  refused.add(e.getMessage());
                }
              }
            },
            spec -> {});
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(refused).hasSize(1);
      assertThat(databases.bodiesIn(FOLLOW_UPS)).isEmpty();
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("FAILED", "COMPLETED");
    }
  }
}
