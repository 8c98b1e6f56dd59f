package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchEvents;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.model.Loops;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.QueueStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Everything of one adapter that hands messages to consumers. Created before the store is open;
 * activations may come before and after {@link #open}. Thread-safe.
 */
public final class DeliveryEngine implements BranchEvents {

  private static final Duration LAST_RELEASES = Duration.ofSeconds(3);
  private static final String BEATING = "Telling other nodes that this one lives";

  private final EngineSettings settings;
  private final TaskScheduler scheduler;
  private final Loops loops;
  private final RandomGenerator random;
  private final DeliveryLog log;
  private final Settlements settlements;
  private final WakeUps wakeUps = new WakeUps();
  private final List<Activation> activations = new ArrayList<>();
  private Open open;
  private boolean stopped;

  private record Open(
      QueueStore store,
      LeaseKeeper keeper,
      Reaper reaper,
      Releases releases,
      KeyOrder keys,
      Pulling pulling,
      Optional<RemoteWakeUps> remote,
      TaskScheduler.Cancellable beats) {}

  /**
   * An engine that delivers nothing yet.
   *
   * @param settings how it keeps the queue going
   * @param scheduler runs all its work
   * @param loops runs what must not wait for a thread: signs of life, word from other nodes
   * @param random spreads the background work of nodes
   */
  public DeliveryEngine(
      EngineSettings settings, TaskScheduler scheduler, Loops loops, RandomGenerator random) {
    this(settings, scheduler, loops, random, new Settlements(scheduler));
  }

  /**
   * An engine that delivers nothing yet.
   *
   * @param settings how it keeps the queue going
   * @param scheduler runs all its work
   * @param loops runs what must not wait for a thread: signs of life, word from other nodes
   * @param random spreads the background work of nodes
   * @param settlements told what is settled; opened and stopped with the engine
   */
  public DeliveryEngine(
      EngineSettings settings,
      TaskScheduler scheduler,
      Loops loops,
      RandomGenerator random,
      Settlements settlements) {
    this.settings = settings;
    this.scheduler = scheduler;
    this.loops = loops;
    this.random = random;
    this.settlements = settlements;
    this.log = settlements.log();
  }

  DeliveryEngine(
      EngineSettings settings,
      TaskScheduler scheduler,
      Loops loops,
      RandomGenerator random,
      DeliveryLog log) {
    this(settings, scheduler, loops, random, new Settlements(scheduler, log));
  }

  /**
   * The store is open: background work and all activations begin. Does nothing after {@link #stop}.
   *
   * @param store remains open until {@link #stop} has returned; closed by its owner
   */
  public void open(QueueStore store) {
    List<Activation> waiting;
    synchronized (this) {
      if (stopped) {
        return;
      }
      if (open != null) {
        throw new IllegalStateException("The engine is open already");
      }
      LeaseKeeper keeper = new LeaseKeeper(store.leases(), store.clock(), scheduler, log);
      KeyOrder keys = new KeyOrder(store, scheduler, wakeUps, log);
      open =
          new Open(
              store,
              keeper,
              new Reaper(settings, store, keys, scheduler, wakeUps, log, random),
              new Releases(store.branches(), store.clock(), scheduler, wakeUps, log),
              keys,
              new Pulling(settings, store.leases(), store.clock(), scheduler, wakeUps, log, keeper),
              store
                  .notifications()
                  .map(
                      each ->
                          new RemoteWakeUps(each, wakeUps, scheduler, log, settlements::answered)),
              loops.begin(BEATING, QueueStore.BEAT, () -> beat(store, keeper)));
      wakeUps.onKeysChanged(keys::soon);
      wakeUps.onGivenUp(settlements::gaveUp);
      settlements.open(store);
      open.remote().ifPresent(remote -> settlements.passOn(remote::answered));
      open.reaper().start();
      open.remote().ifPresent(remote -> remote.start(loops));
      waiting = List.copyOf(activations);
    }
    waiting.forEach(this::start);
  }

  /**
   * Connects who waits for messages of streams to be settled or released.
   *
   * @param listener must be quick and must not throw
   */
  public void onStreamsChanged(Runnable listener) {
    wakeUps.onStreamsChanged(listener);
  }

  private boolean beat(QueueStore store, LeaseKeeper keeper) {
    try {
      Instant leaptBefore = store.clock().leaptAt();
      store.beat();
      log.succeeded(BEATING);
      if (!store.clock().leaptAt().equals(leaptBefore)) {
        keeper.renewNow();
      }
    } catch (RuntimeException e) {
      log.failed(BEATING, e);
    }
    return false;
  }

  /**
   * Begins to deliver messages to a consumer, as soon as the store is open.
   *
   * @param activation its configuration
   * @param target where messages go
   * @return to be handed to {@link #deactivate}
   */
  public Activation activate(ActivationSettings activation, DeliveryTarget target) {
    Activation added = new Activation(activation, target);
    synchronized (this) {
      if (stopped) {
        throw new IllegalStateException("The engine is stopped");
      }
      activations.add(added);
    }
    start(added);
    return added;
  }

  private void start(Activation activation) {
    Open current = open();
    if (current != null) {
      activation.start(current.store(), current.keeper(), settings.node(), scheduler, wakeUps, log);
    }
  }

  /**
   * Stops an activation and waits for its running deliveries, up to its drain timeout. Does nothing
   * if it is stopped.
   *
   * @param activation what {@link #activate} returned
   */
  public void deactivate(Activation activation) {
    activation.stop();
    synchronized (this) {
      activations.remove(activation);
    }
  }

  /**
   * Stops everything: all activations at once, each draining up to its own timeout, then the
   * background work. May be called again, and before {@link #open}.
   */
  public void stop() {
    List<Activation> running;
    synchronized (this) {
      stopped = true;
      running = List.copyOf(activations);
    }
    Open current = open();
    if (current != null) {
      current.pulling().stop();
    }
    running.forEach(Activation::beginStop);
    running.forEach(this::deactivate);
    settlements.stop();
    if (current != null) {
      current.pulling().close();
      current.reaper().stop();
      current.keys().stop();
      current.remote().ifPresent(RemoteWakeUps::stop);
      current.beats().cancel();
      current.releases().stop(LAST_RELEASES);
      log.stop();
    }
  }

  /**
   * Hands messages to callers that ask for them.
   *
   * @throws QueueException {@code UNAVAILABLE} before {@link #open}
   */
  public Pulling pulling() {
    Open current = open();
    if (current == null) {
      throw new QueueException(
          QueueException.Kind.UNAVAILABLE,
          "The queue's store is not open yet, so nothing can be received. Ask again later.");
    }
    return current.pulling();
  }

  @Override
  public void visible(Set<QueueName> queues) {
    wakeUps.signal(queues);
  }

  @Override
  public void settled(List<Operation.Settlement> settled) {
    settlements.settled(settled);
  }

  @Override
  public void keysChanged() {
    wakeUps.keysChanged();
  }

  @Override
  public void releasable(BranchId id) {
    Open current = open();
    if (current != null) {
      current.releases().add(id);
    }
  }

  private synchronized Open open() {
    return open;
  }
}
