package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.Message;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueueProducer;
import dev.waybill.core.model.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Fifty keys, eight workers of a bean that fails now and then, and thousands of messages ({@code
 * -Dmessages=…}): no key is ever out of order, or in hand twice.
 */
@Tag("S8")
@Tag("C10")
class OrderingLoadTest {

  private static final int KEYS = 50;
  private static final int SENDERS = 2;
  private static final int BATCH = 100;

  private final long seed = Seeds.next();
  private final int messages = Integer.getInteger("messages", 2_000);
  private final Handler bean = new Handler();

  /** The databases of one scenario. */
  Databases databases() throws Exception {
    return new Databases(CommitPath.JOINED);
  }

  @Test
  void noKeyIsEverOutOfOrderOrInHandTwice() throws Exception {
    try (Databases databases = databases()) {
      WaybillServer server = WaybillServer.start(databases);
      try (server) {
        QueueProducer producer = server.producer();
        server.deploy("Bean", ORDERS, bean, spec -> spec.setMaxConcurrency("8"));
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
          String sender = "s" + i;
          Random random = new Random(seed + i);
          senders.add(CompletableFuture.runAsync(() -> send(producer, sender, random)));
        }
        senders.forEach(CompletableFuture::join);
        await().atMost(Duration.ofMinutes(20)).until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
    }
    assertThat(bean.wrong).isEmpty();
    assertThat(bean.handled).hasValue(messages);
    assertThat(bean.failed.get()).isPositive();
  }

  private void send(QueueProducer producer, String sender, Random random) {
    int[] numbers = new int[KEYS];
    for (int sent = 0; sent < messages / SENDERS; sent += BATCH) {
      List<OutgoingMessage> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        int key = random.nextInt(KEYS);
        batch.add(
            OutgoingMessage.to(ORDERS)
                .text(sender + " " + ++numbers[key])
                .priority(random.nextInt(10))
                .orderingKey("k" + key)
                .build());
      }
      producer.sendBatch(batch);
    }
  }

  private final class Handler implements QueueListener {

    private final Set<String> inHand = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> last = new ConcurrentHashMap<>();
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @Override
    public void onMessage(Message message) {
      String key = message.orderingKey().orElseThrow();
      if (!inHand.add(key)) {
        wrong.add(key + " is in hand twice: " + message.text());
      }
      try {
        Random random = new Random(seed ^ message.id().hashCode() * 31L + message.attempts());
        if (random.nextInt(40) == 0) {
          failed.incrementAndGet();
          throw new IllegalStateException("now and then");
        }
        String[] words = message.text().split(" ");
        int number = Integer.parseInt(words[1]);
        Integer before = last.put(key + "/" + words[0], number);
        if (number != (before == null ? 1 : before + 1)) {
          wrong.add(key + ": " + message.text() + " came after " + before);
        }
        handled.incrementAndGet();
      } finally {
        inHand.remove(key);
      }
    }
  }
}
