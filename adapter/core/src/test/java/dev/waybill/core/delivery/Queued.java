package dev.waybill.core.delivery;

import dev.waybill.api.ContentType;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.core.store.QueueStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A queue in memory and an engine on it, for tests of deliveries. */
final class Queued {

  static final QueueName ORDERS = QueueName.parse("app:orders");
  static final QueueName DLQ = QueueName.parse("app:orders-dlq");
  static final Duration LEASE = Duration.ofSeconds(30);

  final ReferenceStore memory;
  final Watched leases;
  final RecordingLogger log = new RecordingLogger();
  final DeliveryEngine engine;
  final ScriptedTarget target = new ScriptedTarget(this::complete);
  private final QueueStore store;
  private final StoreClock clock;
  private BooleanSupplier beats = () -> false;
  private Runnable onBeat = () -> {};

  <T extends TaskScheduler & StoreClock> Queued(T scheduler) {
    this(scheduler, EngineSettings.defaults("node1"));
  }

  <T extends TaskScheduler & StoreClock> Queued(T scheduler, EngineSettings settings) {
    clock = scheduler;
    memory = new ReferenceStore(scheduler);
    leases = new Watched(memory.leases());
    store = withLeases(memory, leases.store());
    engine =
        new DeliveryEngine(
            settings,
            scheduler,
            (name, pause, step) -> {
              beats = step;
              return () -> {};
            },
            new Random(1),
            new DeliveryLog(log));
  }

  private QueueStore withLeases(QueueStore store, LeaseStore leases) {
    return (QueueStore)
        Proxy.newProxyInstance(
            Queued.class.getClassLoader(),
            new Class<?>[] {QueueStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("leases")) {
                return leases;
              }
              if (method.getName().equals("beat")) {
                onBeat.run();
                return null;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  void open() {
    engine.open(store);
  }

  /** What happens with each beat of the store. */
  void onBeat(Runnable action) {
    onBeat = action;
  }

  /** The node's sign of life; whether it wants to give another at once. */
  boolean beat() {
    return beats.getAsBoolean();
  }

  Activation activate(Function<Settings, Settings> change) {
    return engine.activate(change.apply(new Settings()).build(), target);
  }

  /** Sends without a signal, as another node would. */
  void sendUnseen(String... bodies) {
    for (String body : bodies) {
      memory.commitLocal(List.of(message(ORDERS, body, Duration.ZERO, 4)));
    }
  }

  /** Sends in one transaction, and signals. */
  void send(String... bodies) {
    sendUnseen(bodies);
    engine.visible(Set.of(ORDERS));
  }

  Operation.Enqueue message(QueueName queue, String body, Duration delay, int priority) {
    return new Operation.Enqueue(
        new NewMessage(
            UUID.randomUUID(),
            queue,
            clock.now(),
            ContentType.TEXT,
            body.getBytes(StandardCharsets.UTF_8),
            Map.of(),
            priority,
            null,
            clock.now().plus(delay),
            null,
            null,
            null));
  }

  DeliveryResult complete(LeasedMessage message) {
    memory.commitLocal(List.of(new Operation.Complete(message.lease())));
    return new DeliveryResult.Settled();
  }

  static DeliveryResult fail(LeasedMessage message) {
    return new DeliveryResult.Failed(AttemptFailure.bySchedule("boom " + body(message)));
  }

  static QueueException outOfReach() {
    return new QueueException(QueueException.Kind.UNAVAILABLE, "connection refused");
  }

  static void breakDown() {
    throw outOfReach();
  }

  static String body(LeasedMessage message) {
    return new String(message.message().body(), StandardCharsets.UTF_8);
  }

  static String attempt(LeasedMessage message) {
    return body(message) + "#" + message.lease().attempt();
  }

  /** What was handed over, as {@code body#attempt}. */
  List<String> attempts() {
    return target.delivered().stream().map(Queued::attempt).toList();
  }

  /** The states of all deliveries ever made, in the order they began. */
  List<String> states() {
    synchronized (memory.rows()) {
      return memory.rows().rows.stream().map(row -> row.state + "/" + row.attempts).toList();
    }
  }

  List<Lease> leased() {
    synchronized (memory.rows()) {
      return memory.rows().rows.stream()
          .map(row -> row.lease)
          .filter(lease -> lease != null)
          .toList();
    }
  }

  /** Settings of an activation, changed one by one. */
  static final class Settings {
    String name = "app/Orders";
    List<QueueName> queues = List.of(ORDERS);
    int maxConcurrency = 8;
    int prefetch;
    Duration leaseDuration = LEASE;
    boolean leaseRenewal = true;
    Optional<Duration> maxLease = Optional.empty();
    Duration slowWarning = Duration.ofSeconds(30);
    Duration pollInterval = Duration.ofHours(1);
    Duration drainTimeout = Duration.ofSeconds(30);
    RetryPolicy policy = RetryPolicy.DEFAULT;

    Settings name(String value) {
      name = value;
      return this;
    }

    Settings queue(QueueName value) {
      queues = List.of(value);
      return this;
    }

    Settings maxConcurrency(int value) {
      maxConcurrency = value;
      return this;
    }

    Settings prefetch(int value) {
      prefetch = value;
      return this;
    }

    Settings lease(Duration value) {
      leaseDuration = value;
      return this;
    }

    Settings renewal(boolean value) {
      leaseRenewal = value;
      return this;
    }

    Settings maxLease(Duration value) {
      maxLease = Optional.of(value);
      return this;
    }

    Settings slow(Duration value) {
      slowWarning = value;
      return this;
    }

    Settings poll(Duration value) {
      pollInterval = value;
      return this;
    }

    Settings drain(Duration value) {
      drainTimeout = value;
      return this;
    }

    Settings retries(String schedule, QueueName deadLetterQueue) {
      policy =
          RetryPolicy.of(
              Optional.of(schedule), OptionalInt.empty(), Optional.ofNullable(deadLetterQueue));
      return this;
    }

    ActivationSettings build() {
      return new ActivationSettings(
          name,
          queues,
          ReferenceRows.GROUP,
          maxConcurrency,
          prefetch,
          leaseDuration,
          leaseRenewal,
          maxLease,
          slowWarning,
          pollInterval,
          drainTimeout,
          policy);
    }
  }
}
