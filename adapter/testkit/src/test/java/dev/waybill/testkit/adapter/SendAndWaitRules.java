package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static dev.waybill.testkit.adapter.WaybillServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.Reply;
import jakarta.resource.ResourceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What senders may not do, and what they are told while they wait. */
@Tag("S10")
abstract class SendAndWaitRules {

  static final Duration LONG = Duration.ofSeconds(30);
  static final Duration SHORT = Duration.ofMillis(200);

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  /** What a test does with a server. */
  @FunctionalInterface
  interface Scenario {
    void run(WaybillServer server, Databases databases) throws Exception;
  }

  void onServer(CommitPath path, Scenario scenario) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        scenario.run(server, databases);
      }
      server.checker().assertClean();
    }
  }

  static void deploy(WaybillServer server, QueueListener bean) throws ResourceException {
    server.deploy("Bean", ORDERS, bean, spec -> {});
  }

  static CompletableFuture<Reply> asking(QueueProducer producer, String text) {
    return CompletableFuture.supplyAsync(() -> producer.sendAndWait(message(ORDERS, text), LONG));
  }

  static void assertRefused(Kind kind, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(parts);
  }

  /** A quote, as an application answers with. */
  public static final class Quote {
    public String currency;
    public int total;
  }

  static Quote quote(int total) {
    Quote quote = new Quote();
    quote.currency = "€";
    quote.total = total;
    return quote;
  }

  static void answer(Message received) {
    if (received.text().equals("reject")) {
      received.reject("no such customer");
    } else {
      received.complete("answer to " + received.text());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED"})
  void inATransactionItIsRefusedWithWhatToDo(CommitPath path) throws Exception {
    onServer(
        path,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          Callable<Void> refused =
              () -> {
                assertRefused(
                    Kind.INVALID,
                    () -> producer.sendAndWait(message(ORDERS, "in vain"), LONG),
                    "sendAndWait was called in a transaction",
                    "only wait in vain",
                    "Nothing was sent",
                    "NOT_SUPPORTED",
                    "whenSettled");
                return null;
              };
          server.container.transactions().inTransaction(refused);
          assertThat(databases.bodiesIn(ORDERS)).isEmpty();

          AtomicReference<Throwable> inBean = new AtomicReference<>();
          producer.send(message("app:others", "order"));
          server.deploy(
              "Transacted",
              "app:others",
              received -> {
                try {
                  refused.call();
                } catch (Throwable e) {
                  inBean.set(e);
                }
              },
              spec -> {});
          await().until(() -> databases.owedIn("app:others").isEmpty());
          assertThat(inBean.get()).isNull();
          assertThat(databases.bodiesIn(ORDERS)).isEmpty();
        });
  }

  @Tag("INVALID")
  @Test
  void badArgumentsAreRefusedAndNothingIsSent() throws Exception {
    onServer(
        CommitPath.XA,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          OutgoingMessage order = message(ORDERS, "order");
          for (Duration bad : new Duration[] {null, Duration.ZERO, Duration.ofDays(2)}) {
            assertRefused(
                Kind.INVALID,
                () -> producer.sendAndWait(order, bad),
                "The timeout of sendAndWait is " + bad,
                "more than 0 and at most 1 day",
                "Nothing was sent");
          }
          assertRefused(
              Kind.INVALID,
              () -> producer.sendAndWait(order, "billing", LONG),
              "group=\"billing\" names a consumer group, which this version does not have yet",
              "Accepted: default");
          assertRefused(
              Kind.INVALID, () -> producer.sendAndWait(null, LONG), "The message is null");
          assertThat(databases.bodiesIn(ORDERS)).isEmpty();
        });
  }

  /** What JSON-B cannot write. */
  public static final class Broken {
    public String getName() {
      throw new IllegalStateException("no name");
    }
  }

  @Tag("TOO_LARGE")
  @Tag("INVALID")
  @Test
  void aResponseThatCannotLeaveIsTheBeansErrorAndItMayCompleteWithAnother() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server =
          WaybillServer.start(databases, adapter -> adapter.setMaxResponseBytes("100"));
      try (server) {
        List<QueueException> errors = new CopyOnWriteArrayList<>();
        deploy(
            server,
            received -> {
              for (Object bad : List.of("x".repeat(100), new Broken(), "half \ud800")) {
                errors.add(
                    catchThrowableOfType(QueueException.class, () -> received.complete(bad)));
              }
              received.complete("x".repeat(98));
            });
        Reply reply = server.producer().sendAndWait(message(ORDERS, "order"), LONG);

        assertThat(reply.text()).contains("x".repeat(98));
        assertThat(errors)
            .extracting(QueueException::kind)
            .containsExactly(Kind.TOO_LARGE, Kind.INVALID, Kind.INVALID);
        assertThat(errors.get(0))
            .hasMessageContainingAll(
                "The response to message " + reply.messageId() + " has 102 bytes as JSON",
                "maxResponseBytes is 100",
                "raise maxResponseBytes",
                "Nothing is decided by this call");
        assertThat(errors.get(1))
            .hasMessageContainingAll(
                "The response to message " + reply.messageId(),
                Broken.class.getName(),
                "cannot be written as JSON",
                "Complete with a class that Jakarta JSON Binding can write");
        assertThat(errors.get(2)).hasMessageContaining("half a surrogate pair");
      }
      server.checker().assertClean();
    }
  }

  @Test
  void aThreadThatIsInterruptedIsToldWhichMessageItHasSent() throws Exception {
    onServer(
        CommitPath.XA,
        (server, databases) -> {
          QueueProducer producer = server.producer();
          Thread.currentThread().interrupt();
          QueueException error;
          boolean stillInterrupted;
          try {
            error =
                catchThrowableOfType(
                    QueueException.class,
                    () -> producer.sendAndWait(message(ORDERS, "order"), LONG));
          } finally {
            stillInterrupted = Thread.interrupted();
          }
          assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
          assertThat(error.retryable()).isFalse();
          assertThat(error)
              .hasMessageContainingAll(
                  "The thread was interrupted while it waited for message ",
                  "which was sent, stays and is processed",
                  "Do not send it again");
          assertThat(stillInterrupted).isTrue();
          assertThat(databases.bodiesIn(ORDERS)).containsExactly("order");
        });
  }

  @Tag("UNAVAILABLE")
  @Test
  void anAdapterThatStopsLetsNobodyWait() throws Exception {
    try (Databases databases = databases(CommitPath.XA)) {
      WaybillServer server = WaybillServer.start(databases);
      CompletableFuture<Reply> waiting;
      try (server) {
        waiting = asking(server.producer(), "order");
        await().until(() -> databases.bodiesIn(ORDERS).equals(List.of("order")));
      }
      server.checker().assertClean();
      CompletionException ended = catchThrowableOfType(CompletionException.class, waiting::join);
      assertThat(ended.getCause())
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(e.retryable()).isFalse();
              })
          .hasMessageContainingAll("The adapter stopped while it waited for message ", "processed");
    }
  }
}
