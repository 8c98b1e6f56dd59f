package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import dev.waybill.core.LogLines;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leases of messages that an application has asked for, and what their settlements are part of. */
abstract class PullSettlementRules {

  static final ReceiveRequest REQUEST =
      ReceiveRequest.from(ORDERS).batchWait(Duration.ZERO).retrySchedule("0s,0s,0s,0s").build();

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  void play(CommitPath path, PullScene.Play play) throws Exception {
    PullScene.play(databases(path), play);
  }

  static List<String> texts(List<ReceivedMessage> messages) {
    return messages.stream().map(message -> message.text() + " #" + message.attempts()).toList();
  }

  static ReceivedMessage only(QueueReceiver receiver) {
    List<ReceivedMessage> received = receiver.tryReceive(REQUEST);
    assertThat(received).hasSize(1);
    return received.get(0);
  }

  static void assertNotHeld(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
        .hasMessageContainingAll("is not held", "Nothing was changed");
  }

  @Tag("P1")
  @Tag("P2")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aSettlementCommitsWithTheTransactionAndTheReceiveByItself(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b", "c");
          scene.inTransaction(
              () -> {
                scene.place("before");
                List<ReceivedMessage> received = scene.receiver().tryReceive(REQUEST);
                assertThat(texts(received)).containsExactly("a #1", "b #1", "c #1");
                scene.receiver().ack(received.get(0).lease());
                received.get(1).ack();
                scene.receiver().retry(received.get(2).lease(), Duration.ofHours(1));
                scene.producer().send(WaybillServer.message("app:next", "d"));
                scene.place("after");
                return null;
              });
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("SCHEDULED 1");
          assertThat(scene.databases().bodiesIn("app:next")).containsExactly("d");
          assertThat(scene.databases().placedBy("before")).hasSize(1);
          assertThat(scene.databases().placedBy("after")).hasSize(1);
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "RETRIED");
        });
  }

  @Tag("P1")
  @Tag("P2")
  @Tag("C7")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aRollbackTakesSettlementsBackAndNeitherLeaseNorAttempt(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          String[] lease = new String[1];
          scene.rolledBack(
              () -> {
                scene.place("order");
                lease[0] = only(scene.receiver()).lease();
                scene.receiver().reject(lease[0], "meant to be undone");
                return null;
              });
          assertThat(scene.databases().placedBy("order")).isEmpty();
          assertThat(scene.databases().owedIn(ORDERS)).containsExactly("LEASED 1");
          assertThat(scene.receiver().tryReceive(REQUEST)).isEmpty();

          scene.receiver().ack(lease[0]);
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }

  @Tag("P2")
  @Tag("C14")
  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aStaleLeaseIsReportedAndTheTransactionGoesOn(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b");
          List<ReceivedMessage> received = scene.receiver().tryReceive(REQUEST);
          String stale = received.get(0).lease();
          scene.receiver().ack(stale);
          scene.inTransaction(
              () -> {
                scene.place("before");
                assertNotHeld(() -> scene.receiver().ack(stale));
                assertNotHeld(() -> received.get(0).retry());
                assertNotHeld(() -> scene.receiver().reject("no lease of ours", "?"));
                assertNotHeld(() -> scene.receiver().extendLease(stale, Duration.ofMinutes(1)));
                scene.assertActive();
                scene.receiver().ack(received.get(1).lease());
                // Settled by this very transaction: to try it would spoil it.
                assertNotHeld(() -> scene.receiver().ack(received.get(1).lease()));
                assertNotHeld(() -> received.get(1).reject("again"));
                scene.assertActive();
                scene.place("after");
                return null;
              });
          assertThat(scene.databases().placedBy("before")).hasSize(1);
          assertThat(scene.databases().placedBy("after")).hasSize(1);
          assertThat(scene.databases().owedIn(ORDERS)).isEmpty();
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactly("COMPLETED", "COMPLETED");
        });
  }

  @Tag("P2")
  @Tag("G3")
  @Tag("C9")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void aLeaseLostBeforeTheCommitRollsTheTransactionBackOrWaitsForIt(CommitPath path)
      throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          String lease = only(scene.receiver()).lease();
          Callable<Void> lost =
              () -> {
                scene.place("order");
                scene.receiver().ack(lease);
                if (!path.isJoined()) {
                  // On the joined path the rows are the transaction's.
                  Databases.update(
                      scene.databases().queue(), "update wb_lease_limit set expires_at = 1");
                  await()
                      .until(() -> scene.databases().outcomesIn(ORDERS).equals(List.of("EXPIRED")));
                }
                return null;
              };
          if (path.isJoined()) {
            scene.inTransaction(lost);
            assertThat(scene.databases().placedBy("order")).hasSize(1);
            assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
          } else {
            assertThat(
                    catchThrowableOfType(RollbackException.class, () -> scene.inTransaction(lost)))
                .isNotNull();
            assertThat(scene.databases().placedBy("order")).isEmpty();
            assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("EXPIRED");
          }
        });
  }

  /** Whether a transaction settles a message beside an open one that has settled its neighbour. */
  boolean settlesBesideOpenSettlements() {
    return true;
  }

  @Tag("P2")
  @Tag("C14")
  @Tag("CONFLICT")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "JOINED_XA", "JOINED_HIDDEN"})
  void whatAnOpenTransactionHasSettledIsSettledByNobodyElse(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b");
          List<ReceivedMessage> received = scene.receiver().tryReceive(REQUEST);
          ReceivedMessage message = received.get(0);
          scene.inTransaction(
              () -> {
                message.ack();
                CompletableFuture.runAsync(
                        () -> assertNotHeld(() -> scene.receiver().ack(message.lease())))
                    .join();
                return scene.inTransaction(
                    () -> {
                      scene.place("inner");
                      assertNotHeld(() -> message.reject("no"));
                      assertNotHeld(() -> scene.receiver().ack(message.lease()));
                      scene.assertActive();
                      if (settlesBesideOpenSettlements()) {
                        scene.receiver().ack(received.get(1).lease());
                      }
                      return null;
                    });
              });
          if (!settlesBesideOpenSettlements()) {
            scene.receiver().ack(received.get(1).lease());
          }
          assertThat(scene.databases().placedBy("inner")).hasSize(1);
          scene.assertOver("COMPLETED", "COMPLETED");
        });
  }

  @Tag("P2")
  @ParameterizedTest
  @EnumSource
  void aListSettlesAllThatCanBeAndReportsEach(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a", "b", "c", "d", "e");
          List<String> leases =
              scene.receiver().tryReceive(REQUEST).stream().map(ReceivedMessage::lease).toList();
          scene.receiver().ack(leases.get(0));
          List<Settlement> list =
              Arrays.asList(
                  Settlement.ack(leases.get(0)),
                  Settlement.ack(leases.get(1)),
                  Settlement.retry(leases.get(2)),
                  Settlement.retry(leases.get(3), Duration.ofDays(30)),
                  Settlement.reject(leases.get(4), "unwanted"),
                  Settlement.ack(leases.get(1)),
                  Settlement.ack("?"),
                  null);
          Callable<List<SettleResult>> call =
              () -> {
                scene.place("order");
                return scene.receiver().settle(list);
              };
          List<SettleResult> results =
              path == CommitPath.LOCAL ? call.call() : scene.inTransaction(call);

          assertThat(results)
              .extracting(SettleResult::settled)
              .containsExactly(false, true, true, false, true, false, false, false);
          assertThat(results)
              .extracting(SettleResult::lease)
              .isEqualTo(list.stream().map(each -> each == null ? null : each.lease()).toList());
          assertThat(results.get(0).error()).get().extracting("kind").isEqualTo(Kind.CONFLICT);
          assertThat(results.get(3).error()).get().extracting("kind").isEqualTo(Kind.INVALID);
          assertThat(results.get(3).error().orElseThrow())
              .hasMessageContainingAll("PT720H", "0s to maxDelay=12h");
          assertThat(results.get(5).error().orElseThrow())
              .hasMessageContaining("named twice in one list");
          assertThat(results.get(6).error()).get().extracting("kind").isEqualTo(Kind.CONFLICT);
          assertThat(results.get(7).error()).get().extracting("kind").isEqualTo(Kind.INVALID);
          assertThat(scene.databases().placedBy("order")).hasSize(1);
          assertThat(scene.databases().owedIn(ORDERS))
              .containsExactly("READY 1", "LEASED 1", "DEAD 1");
          assertThat(scene.databases().outcomesIn(ORDERS))
              .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "RETRIED", "REJECTED");
        });
  }

  @Tag("P2")
  @Tag("M9")
  @ParameterizedTest
  @EnumSource
  void whatIsGivenUpIsLoggedOnceAndNotBeforeItsTransactionHasCommitted(CommitPath path)
      throws Exception {
    try (LogLines log = new LogLines()) {
      play(
          path,
          scene -> {
            scene.send("a");
            String lease = only(scene.receiver()).lease();
            Callable<Object> call =
                () -> {
                  scene.place("order");
                  scene.receiver().reject(lease, "unwanted");
                  return null;
                };
            if (path == CommitPath.LOCAL) {
              call.call();
            } else {
              scene.rolledBack(call);
              assertThat(log.of("WB-0202")).as("rolled back").isEmpty();
              scene.inTransaction(call);
            }
            assertThat(log.of("WB-0202"))
                .singleElement()
                .asString()
                .contains(" of queue app:orders was given up after attempt 1 ", "unwanted");
            assertThat(scene.databases().owedIn(ORDERS)).containsExactly("DEAD 1");
          });
    }
  }

  @Tag("P2")
  @Tag("INVALID")
  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void aTransactionThatCannotCommitTakesNoSettlement(CommitPath path) throws Exception {
    play(
        path,
        scene -> {
          scene.send("a");
          String lease = only(scene.receiver()).lease();
          scene.rolledBack(
              () -> {
                scene.server().container.transactions().manager().setRollbackOnly();
                assertThatThrownBy(() -> scene.receiver().ack(lease))
                    .isInstanceOfSatisfying(
                        QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageContainingAll("can no longer commit", "settlement", "REQUIRES_NEW");
                return null;
              });
          scene.receiver().ack(lease);
          assertThat(scene.databases().outcomesIn(ORDERS)).containsExactly("COMPLETED");
        });
  }
}
