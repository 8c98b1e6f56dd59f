package dev.waybill.core.store;

import dev.waybill.api.ContentType;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.NewMessage.Deduplication;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;

/** Words for tests of a store. */
final class TestStore {

  static final QueueName ORDERS = QueueName.parse("app:orders");
  static final QueueName SHIPMENTS = QueueName.parse("app:shipments");
  static final QueueName DEAD_LETTERS = QueueName.parse("app:orders-dlq");
  static final String GROUP = "default";
  static final Duration AGEING = Duration.ofMinutes(1);

  private TestStore() {}

  /** Options of node {@code n1} that tests vary. */
  static StoreOptions options(Source source, SettableClock clock) {
    return options(source, SchemaMode.MIGRATE, clock, true);
  }

  static StoreOptions options(
      Source source, SchemaMode mode, SettableClock clock, boolean autoCreateQueues) {
    return options(source, mode, clock, autoCreateQueues, "n1", "i1");
  }

  static StoreOptions options(
      Source source,
      SchemaMode mode,
      SettableClock clock,
      boolean autoCreateQueues,
      String node,
      String incarnation) {
    return options(source, mode, clock, autoCreateQueues, node, incarnation, AGEING);
  }

  private static StoreOptions options(
      Source source,
      SchemaMode mode,
      SettableClock clock,
      boolean autoCreateQueues,
      String node,
      String incarnation,
      Duration ageing) {
    return new StoreOptions(
        source,
        mode,
        node,
        incarnation,
        autoCreateQueues,
        Duration.ofHours(12),
        ageing,
        16,
        clock,
        TestStore::callElsewhere);
  }

  /** Of another node, for which priorities are worth nothing. */
  static StoreOptions withoutAgeing(Source source, SettableClock clock) {
    return options(source, SchemaMode.VALIDATE, clock, true, "n2", "i2", Duration.ZERO);
  }

  /** On another thread, where the caller's transaction is not. */
  private static Object callElsewhere(Callable<Object> call) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return call.call();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            })
        .join();
  }

  static Source.Url memory() {
    return new Source.Url(memoryUrl(), "sa", "", true);
  }

  static String memoryUrl() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  static Source.Pooled pooled(DataSource dataSource) {
    return new Source.Pooled(dataSource, "jdbc/test", true);
  }

  static NewMessage message(QueueName queue, String text, int priority, Instant at, Instant due) {
    return message(queue, text, priority, at, due, null, null);
  }

  private static NewMessage message(
      QueueName queue,
      String text,
      int priority,
      Instant at,
      Instant due,
      String key,
      Deduplication once) {
    return new NewMessage(
        UUID.randomUUID(),
        queue,
        at,
        ContentType.TEXT,
        text.getBytes(StandardCharsets.UTF_8),
        Map.of("text", text),
        priority,
        null,
        due,
        key,
        once);
  }

  static NewMessage message(QueueName queue, String text, Instant at) {
    return message(queue, text, 4, at, at);
  }

  static NewMessage once(QueueName queue, String text, Instant at, Deduplication deduplication) {
    return message(queue, text, 4, at, at, null, deduplication);
  }

  static NewMessage keyed(String key, String text, Instant at, Instant due) {
    return message(ORDERS, text, 4, at, due, key, null);
  }

  static Operation send(QueueName queue, String text, Instant at) {
    return new Enqueue(message(queue, text, at));
  }

  static String text(LeasedMessage message) {
    return new String(message.message().body(), StandardCharsets.UTF_8);
  }

  static RetryPolicy deadLettersAfter(int attempts) {
    return RetryPolicy.of(Optional.empty(), OptionalInt.of(attempts), Optional.of(DEAD_LETTERS));
  }

  static ClaimRequest request(UUID term, int count, RetryPolicy policy, QueueName... queues) {
    return new ClaimRequest(
        term, List.of(queues), GROUP, count, ClaimManner.COUNTED, Optional.empty(), policy);
  }

  static ClaimRequest ahead(UUID term, int count, QueueName... queues) {
    return new ClaimRequest(
        term,
        List.of(queues),
        GROUP,
        count,
        ClaimManner.AHEAD,
        Optional.empty(),
        RetryPolicy.DEFAULT);
  }

  /** For a consumer that begins at once with the first. */
  static ClaimRequest first(UUID term, int count, QueueName... queues) {
    return new ClaimRequest(
        term,
        List.of(queues),
        GROUP,
        count,
        ClaimManner.FIRST,
        Optional.empty(),
        RetryPolicy.DEFAULT);
  }

  static List<Lease> leases(List<LeasedMessage> messages) {
    return messages.stream().map(LeasedMessage::lease).toList();
  }
}
