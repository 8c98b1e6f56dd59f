package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.postgres.SharedPostgres;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Word between nodes by LISTEN and NOTIFY. */
class PostgresNotificationsTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final String url = SharedPostgres.freshUrl();
  private final SettableClock clock = new SettableClock();
  private final QueueStore one = node("n1");
  private final QueueStore two = node("n2");

  private QueueStore node(String name) {
    return QueueStores.open(
        TestStore.options(
            new Source.Url(url, "postgres", "", true),
            SchemaMode.MIGRATE,
            clock,
            true,
            name,
            name + "-1"));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private static Notifications of(QueueStore store) {
    return store.notifications().orElseThrow();
  }

  private static Set<QueueName> hear(QueueStore store) {
    return of(store).await(LONG).queues();
  }

  private static News news(Set<QueueName> queues) {
    return new News(queues, Set.of());
  }

  /** Both are connected, and have said so. */
  private void listen() {
    for (QueueStore each : List.of(one, two)) {
      assertThat(of(each).await(SHORT)).isEqualTo(News.NONE);
      each.beat();
    }
    one.beat();
  }

  @Test
  void aNodeHearsOfTheQueuesThatAnotherTellsOfAndNotOfItsOwn() {
    listen();
    of(one).send(news(Set.of(SHIPMENTS)));
    of(two).send(news(Set.of(ORDERS, SHIPMENTS)));

    Set<QueueName> heard = new HashSet<>(hear(one));
    heard.addAll(heard.isEmpty() ? hear(one) : Set.of());

    assertThat(heard).containsExactlyInAnyOrder(ORDERS, SHIPMENTS);
    assertThat(hear(two)).containsExactly(SHIPMENTS);
  }

  @Test
  @Tag("S10")
  void wordOfAnswersIsForTheStartThatWaitsForThem() {
    listen();
    of(one).send(new News(Set.of(ORDERS), Set.of("n2-1")));
    assertThat(of(two).await(LONG)).isEqualTo(new News(Set.of(ORDERS), Set.of("n2-1")));

    of(one).send(new News(Set.of(SHIPMENTS), Set.of("n3-1")));
    assertThat(of(two).await(LONG)).isEqualTo(news(Set.of(SHIPMENTS)));
  }

  @Test
  void nothingIsWantedUnlessAnotherNodeListens() {
    one.beat();
    assertThat(of(one).wanted()).isFalse();
    assertThat(of(one).await(SHORT)).isEqualTo(News.NONE);
    one.beat();
    assertThat(of(one).wanted()).as("its own listening").isFalse();
    two.beat();
    assertThat(of(two).wanted()).isTrue();
    clock.advance(Duration.ofSeconds(31));
    two.beat();
    assertThat(of(two).wanted()).as("of a node that is gone").isFalse();
  }

  @Test
  void manyQueuesGoInSeveralPayloads() {
    listen();
    Set<QueueName> queues = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      queues.add(QueueName.parse("a".repeat(100) + ":" + "b".repeat(90) + i));
    }
    of(one).send(news(queues));

    Set<QueueName> heard = new HashSet<>();
    while (!heard.containsAll(queues)) {
      Set<QueueName> more = hear(two);
      assertThat(more).as("within half a minute").isNotEmpty();
      heard.addAll(more);
    }
    assertThat(heard).isEqualTo(queues);
    List<String> payloads = PostgresNotifications.payloads("me", news(queues));
    assertThat(payloads).hasSizeGreaterThan(2).allMatch(payload -> payload.length() < 8_000);
  }

  @Test
  void aConnectionThatIsCutIsToldAndOpenedAgain() {
    listen();
    List<String> cut =
        new Jdbc(url)
            .texts(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                    + " and backend_type = 'client backend'");
    assertThat(cut).hasSizeGreaterThanOrEqualTo(2);

    assertThatThrownBy(() -> hear(two))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("listens for messages of other nodes is lost");

    // The pool may have to find its other connections broken first.
    await().ignoreExceptions().until(() -> of(two).await(SHORT).queues().isEmpty());
    await().ignoreExceptions().untilAsserted(() -> of(one).send(news(Set.of(ORDERS))));
    assertThat(hear(two)).containsExactly(ORDERS);
  }

  @Test
  void closingEndsAWaitAndLeavesNobodyListening() throws Exception {
    listen();
    CompletableFuture<Set<QueueName>> waiting = CompletableFuture.supplyAsync(() -> hear(two));
    of(two).close();
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEmpty();
    two.beat();
    one.beat();
    assertThat(of(one).wanted()).isFalse();
    assertThat(of(two).await(SHORT)).isEqualTo(News.NONE);
  }
}
