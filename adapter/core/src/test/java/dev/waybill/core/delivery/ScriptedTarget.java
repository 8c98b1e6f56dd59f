package dev.waybill.core.delivery;

import dev.waybill.core.model.LeasedMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Endpoints that do what a test says and keep account. */
final class ScriptedTarget implements DeliveryTarget {

  private final List<LeasedMessage> delivered = new CopyOnWriteArrayList<>();
  private final AtomicInteger acquired = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private volatile boolean available = true;
  private volatile Error failure;
  private final List<List<LeasedMessage>> batches = new CopyOnWriteArrayList<>();
  private volatile Function<LeasedMessage, DeliveryResult> script;
  private volatile Function<List<LeasedMessage>, DeliveryResult> batchScript;

  ScriptedTarget(
      Function<LeasedMessage, DeliveryResult> script,
      Function<List<LeasedMessage>, DeliveryResult> batchScript) {
    this.script = script;
    this.batchScript = batchScript;
  }

  /** What happens to several messages in one delivery. */
  void batchScript(Function<List<LeasedMessage>, DeliveryResult> next) {
    batchScript = next;
  }

  /** From now on single messages are batches, too. */
  void allBatches(Function<List<LeasedMessage>, DeliveryResult> next) {
    batchScript = next;
    script = message -> next.apply(List.of(message));
  }

  /** The deliveries, in order, each as {@code body#attempt body#attempt …}. */
  List<String> batches() {
    return batches.stream()
        .map(batch -> batch.stream().map(Queued::attempt).collect(Collectors.joining(" ")))
        .toList();
  }

  void script(Function<LeasedMessage, DeliveryResult> next) {
    script = next;
  }

  void available(boolean now) {
    available = now;
  }

  /** From now on no endpoint can be acquired because of an error; null: it can. */
  void fail(Error error) {
    failure = error;
  }

  /** Everything that was handed over, in order. */
  List<LeasedMessage> delivered() {
    return List.copyOf(delivered);
  }

  /** The bodies of what was handed over, in order. */
  List<String> bodies() {
    return delivered.stream().map(Queued::body).toList();
  }

  int acquired() {
    return acquired.get();
  }

  int open() {
    return open.get();
  }

  int mostRunning() {
    return mostRunning.get();
  }

  @Override
  public Optional<Endpoint> acquire() {
    acquired.incrementAndGet();
    if (failure != null) {
      throw failure;
    }
    if (!available) {
      return Optional.empty();
    }
    open.incrementAndGet();
    return Optional.of(
        new Endpoint() {
          private boolean closed;

          @Override
          public DeliveryResult deliver(List<LeasedMessage> messages) {
            if (closed) {
              throw new AssertionError("The endpoint was given back");
            }
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            delivered.addAll(messages);
            batches.add(messages);
            try {
              return messages.size() == 1
                  ? script.apply(messages.get(0))
                  : batchScript.apply(messages);
            } finally {
              running.decrementAndGet();
            }
          }

          @Override
          public void close() {
            if (closed) {
              throw new AssertionError("The endpoint was given back twice");
            }
            closed = true;
            open.decrementAndGet();
          }
        });
  }
}
