package dev.waybill.core.delivery;

import static dev.waybill.core.delivery.Queued.DLQ;
import static dev.waybill.core.delivery.Queued.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.Confirmation;
import dev.waybill.api.Confirmation.Outcome;
import dev.waybill.api.ContentType;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.FaultyDataSource;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.QueueStores;
import dev.waybill.core.store.StoreOptions;
import dev.waybill.core.store.Upkeep.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Those who ask on one node what became of what another does, and what it costs. */
abstract class ConfirmationRules {

  static final int MANY = 2_000;
  static final Duration PATIENCE = Duration.ofMinutes(10);
  static final Duration KEPT = Duration.ofDays(14);

  final SteppingScheduler time = new SteppingScheduler();
  final Random random = new Random(1);
  Settlements settlements = new Settlements(time, new DeliveryLog(new RecordingLogger()));
  FaultyDataSource counted;
  QueueStore one;
  QueueStore two;
  UUID term;

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  @BeforeEach
  void open() {
    counted = new FaultyDataSource(url());
    one = node("n1", counted);
    two = node("n2", new FaultyDataSource(url()));
    one.queues().require(ORDERS);
    term = two.leases().openTerm("n2/bean", time.now().plus(Duration.ofDays(1000)));
    settlements.open(one);
  }

  @AfterEach
  void close() {
    two.close();
    one.close();
  }

  QueueStore node(String name, DataSource dataSource) {
    return QueueStores.open(
        new StoreOptions(
            new StoreOptions.Source.Pooled(dataSource, "jdbc/test", false),
            StoreOptions.SchemaMode.MIGRATE,
            name,
            name + "-1",
            true,
            Duration.ofHours(12),
            ReferenceRows.AGEING,
            4,
            time,
            call -> {
              throw new AssertionError("There is no transaction to stay out of");
            }));
  }

  /** An id as senders make them. */
  UUID id(Instant at) {
    return new UUID(
        at.toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000),
        random.nextLong() >>> 2 | Long.MIN_VALUE);
  }

  List<NewMessage> send(int count, Function<NewMessage, NewMessage> change) {
    List<NewMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(
          change.apply(
              new NewMessage(
                  id(time.now()),
                  ORDERS,
                  time.now(),
                  ContentType.TEXT,
                  ("m" + i).getBytes(StandardCharsets.UTF_8),
                  Map.of(),
                  4,
                  null,
                  time.now(),
                  null,
                  null)));
    }
    for (int from = 0; from < count; from += 100) {
      one.branches()
          .commitLocal(
              messages.subList(from, Math.min(count, from + 100)).stream()
                  .map(message -> (Operation) new Enqueue(message))
                  .toList());
    }
    return messages;
  }

  NewMessage sendOne() {
    return send(1, message -> message).get(0);
  }

  /** The other node settles whatever is there. */
  void settleAll(Function<LeasedMessage, Operation> how) {
    RetryPolicy policy = RetryPolicy.of(Optional.empty(), OptionalInt.empty(), Optional.of(DLQ));
    List<LeasedMessage> claimed;
    do {
      claimed =
          two.leases()
              .claim(
                  new ClaimRequest(
                      term,
                      List.of(ORDERS),
                      "default",
                      100,
                      ClaimManner.COUNTED,
                      Optional.empty(),
                      policy));
      if (!claimed.isEmpty()) {
        two.branches().commitLocal(claimed.stream().map(how).toList());
      }
    } while (!claimed.isEmpty());
  }

  static String text(LeasedMessage message) {
    return "\"" + new String(message.message().body(), StandardCharsets.UTF_8) + "\"";
  }

  // ---- who asks what became of messages

  CompletableFuture<Confirmation> whenSettled(NewMessage message) {
    return settlements.confirmations().whenSettled(message.id(), "default");
  }

  private static Confirmation outcome(NewMessage message, Outcome outcome, String reason) {
    return new Confirmation(message.id(), outcome, reason);
  }

  @Test
  @Tag("S12")
  void thousandsOfQuestionsShareTheirQueries() {
    List<Future<Confirmation>> asked = new ArrayList<>();
    send(MANY, message -> message).forEach(message -> asked.add(whenSettled(message)));
    time.run();
    counted.statements();

    time.advance(Duration.ofSeconds(60));
    assertThat(counted.statements())
        .as("ten queries each five seconds, after a quick beginning")
        .hasSizeBetween(100, 200);
    settleAll(message -> new Complete(message.lease()));
    time.advance(Duration.ofSeconds(11));

    assertThat(asked).allMatch(Future::isDone);
    assertThat(counted.statements()).hasSizeLessThan(60);
    counted.statements();
    time.advance(Duration.ofHours(1));
    assertThat(counted.statements()).hasSizeLessThan(15);
    assertThat(time.timers()).isEmpty();
  }

  @Test
  @Tag("S12")
  void aSettlementOfThisNodeAsksForItsMessageAloneHoweverManyWait() throws Exception {
    NewMessage message = sendOne();
    CompletableFuture<Confirmation> asked = whenSettled(message);
    settleAll(leased -> new Complete(leased.lease()));
    List<Future<Confirmation>> others = new ArrayList<>();
    send(MANY, other -> other).forEach(other -> others.add(whenSettled(other)));
    time.run();
    CompletableFuture<Confirmation> next = whenSettled(sendOne());
    time.run();
    counted.statements();
    List<Operation.Settlement> settled = new ArrayList<>();
    settleAll(
        leased -> {
          Complete complete = new Complete(leased.lease());
          settled.add(complete);
          return complete;
        });
    for (Operation.Settlement each : settled.subList(0, 20)) {
      settlements.settled(List.of(each));
      time.run();
    }

    assertThat(asked.get().outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(next).isNotDone();
    assertThat(others).filteredOn(Future::isDone).hasSize(20);
    assertThat(counted.statements()).hasSize(20);
  }

  @Test
  @Tag("S12")
  void itIsToldOnceHowAMessageWasSettledAndAgainAfterARestart() throws Exception {
    NewMessage completed = sendOne();
    CompletableFuture<Confirmation> first = whenSettled(completed);
    assertThat(whenSettled(completed)).isSameAs(first);
    time.advance(Duration.ofSeconds(30));
    assertThat(first).isNotDone();
    settleAll(message -> new Complete(message.lease(), "1"));
    NewMessage rejected = sendOne();
    CompletableFuture<Confirmation> second = whenSettled(rejected);
    settleAll(message -> new Reject(message.lease(), "no"));
    time.advance(Duration.ofSeconds(6));

    assertThat(first.get()).isEqualTo(outcome(completed, Outcome.COMPLETED, ""));
    assertThat(second.get()).isEqualTo(outcome(rejected, Outcome.DEAD_LETTERED, "no"));
    settlements = new Settlements(time, new DeliveryLog(new RecordingLogger()));
    settlements.open(one);
    CompletableFuture<Confirmation> again = whenSettled(rejected);
    time.run();
    assertThat(again.get()).isEqualTo(outcome(rejected, Outcome.DEAD_LETTERED, "no"));
  }

  @Test
  @Tag("S12")
  void aLookThatFailsHalfWayLosesNobody() {
    List<Future<Confirmation>> asked = new ArrayList<>();
    send(150, message -> message).forEach(message -> asked.add(whenSettled(message)));
    settleAll(message -> new Complete(message.lease()));
    AtomicInteger looks = new AtomicInteger();
    counted.refuse(each -> each.contains("from wb_attempt") && looks.incrementAndGet() > 1);
    time.run();
    assertThat(looks).hasValue(2);
    assertThat(asked).noneMatch(Future::isDone);

    counted.refuse(each -> false);
    time.advance(Duration.ofSeconds(1));

    assertThat(asked).allMatch(Future::isDone);
  }

  @Test
  @Tag("S12")
  void whatThisNodeSettlesIsToldAtOnce() throws Exception {
    NewMessage message = sendOne();
    send(1, other -> other);
    CompletableFuture<Confirmation> asked = whenSettled(message);
    time.run();
    counted.statements();
    List<Operation.Settlement> settled = new ArrayList<>();
    settleAll(
        leased -> {
          Complete complete = new Complete(leased.lease());
          settled.add(complete);
          return complete;
        });
    settlements.settled(settled);
    time.run();

    assertThat(asked.get()).isEqualTo(outcome(message, Outcome.COMPLETED, ""));
    assertThat(counted.statements()).hasSize(1);
  }

  @Test
  @Tag("S12")
  void aPrunedHistoryIsUnknownAndSoIsAMessageThatNeverCame() throws Exception {
    NewMessage completed = sendOne();
    settleAll(message -> new Complete(message.lease()));
    time.leap(KEPT.plusDays(1));
    one.upkeep().prune(new Retention(KEPT, KEPT), 100);
    CompletableFuture<Confirmation> pruned = whenSettled(completed);
    time.run();
    assertThat(pruned.get()).isEqualTo(outcome(completed, Outcome.UNKNOWN, ""));

    NewMessage waiting = sendOne();
    UUID rolledBack = id(time.now());
    CompletableFuture<Confirmation> never =
        settlements.confirmations().whenSettled(rolledBack, "default");
    CompletableFuture<Confirmation> still = whenSettled(waiting);
    time.advance(Confirmations.UNDECIDED);
    assertThat(never).as("its transaction may be open").isNotDone();
    counted.statements();
    time.advance(Duration.ofMinutes(2));
    assertThat(never.get().outcome()).isEqualTo(Outcome.UNKNOWN);
    time.advance(Duration.ofHours(5));
    assertThat(still).isNotDone();
    assertThat(counted.statements())
        .filteredOn(each -> each.contains("select id from wb_message"))
        .as("reads of all messages")
        .hasSizeLessThan(8);
    settleAll(message -> new Complete(message.lease()));
    time.advance(Duration.ofSeconds(6));
    assertThat(still.get().outcome()).isEqualTo(Outcome.COMPLETED);
  }
}
