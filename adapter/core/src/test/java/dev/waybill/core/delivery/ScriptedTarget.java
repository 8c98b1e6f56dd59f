package dev.waybill.core.delivery;

import dev.waybill.core.model.LeasedMessage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Endpoints that do what a test says and keep account. */
final class ScriptedTarget implements DeliveryTarget {

  private final List<LeasedMessage> delivered = new CopyOnWriteArrayList<>();
  private final AtomicInteger acquired = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private volatile boolean available = true;
  private volatile Error failure;
  private volatile Function<LeasedMessage, DeliveryResult> script;

  ScriptedTarget(Function<LeasedMessage, DeliveryResult> script) {
    this.script = script;
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
          public DeliveryResult deliver(LeasedMessage message) {
            if (closed) {
              throw new AssertionError("The endpoint was given back");
            }
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            delivered.add(message);
            try {
              return script.apply(message);
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
