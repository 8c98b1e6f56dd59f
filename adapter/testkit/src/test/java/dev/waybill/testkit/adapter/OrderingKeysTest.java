package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bean with eight workers, and keys whose messages come in order, one at a time. */
@Tag("S8")
@Tag("C10")
class OrderingKeysTest {

  private static final int KEYS = 5;
  private static final int TRANSACTIONS = 20;

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  @ParameterizedTest
  @EnumSource(names = {"XA", "JOINED", "LOCAL"})
  void aBeanGetsTheMessagesOfAKeyInOrderAndOneAtATime(CommitPath path) throws Exception {
    try (Databases databases = databases(path)) {
      WaybillServer server = WaybillServer.start(databases);
      Handler bean = new Handler();
      try (server) {
        QueueProducer producer = server.producer();
        server.deploy("Bean", ORDERS, bean, spec -> spec.setMaxConcurrency("8"));
        CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> send(server, producer, "s1")),
                CompletableFuture.runAsync(() -> send(server, producer, "s2")))
            .join();
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(bean.twoAtATime).isEmpty();
      assertThat(bean.handled).hasSize(2 * KEYS);
      List<String> inOrder =
          java.util.stream.IntStream.range(0, TRANSACTIONS * 2 / KEYS)
              .mapToObj(String::valueOf)
              .toList();
      assertThat(bean.handled.values()).allSatisfy(each -> assertThat(each).isEqualTo(inOrder));
    }
  }

  /** Each transaction sends two messages of one key, and writes a row. */
  private static void send(WaybillServer server, QueueProducer producer, String sender) {
    for (int i = 0; i < TRANSACTIONS; i++) {
      String key = "k" + i % KEYS;
      int number = i / KEYS * 2;
      try {
        server
            .container
            .transactions()
            .inTransaction(
                () -> {
                  producer.send(message(key, sender + " " + number));
                  Databases.update(server.application, "insert into placed values ('order', 1)");
                  return producer.send(message(key, sender + " " + (number + 1)));
                });
      } catch (Exception e) {
        throw new IllegalStateException("Not sent", e);
      }
    }
  }

  private static OutgoingMessage message(String key, String text) {
    return OutgoingMessage.to(ORDERS).text(text).orderingKey(key).build();
  }

  /** Fails at some, the first time. */
  private static final class Handler implements QueueListener {

    private final Set<String> inHand = ConcurrentHashMap.newKeySet();
    private final List<String> twoAtATime = new CopyOnWriteArrayList<>();
    private final Map<String, List<String>> handled = new ConcurrentHashMap<>();

    @Override
    public void onMessage(Message message) {
      String key = message.orderingKey().orElseThrow();
      if (!inHand.add(key)) {
        twoAtATime.add(key + " " + message.text());
      }
      try {
        String[] words = message.text().split(" ");
        if (Integer.parseInt(words[1]) % 3 == 0 && message.attempts() == 1) {
          throw new IllegalStateException("the first time");
        }
        handled
            .computeIfAbsent(words[0] + "/" + key, any -> new CopyOnWriteArrayList<>())
            .add(words[1]);
      } finally {
        inHand.remove(key);
      }
    }
  }
}
