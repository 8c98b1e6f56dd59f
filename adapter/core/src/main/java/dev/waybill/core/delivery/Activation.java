package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import dev.waybill.core.store.QueueStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The delivery of messages to one consumer, in a container one message-driven bean. It exists
 * before the store is open and begins when the engine starts it. Thread-safe.
 */
public final class Activation {

  private final ActivationSettings settings;
  private final DeliveryTarget target;
  private Running running;
  private boolean stopped;

  Activation(ActivationSettings settings, DeliveryTarget target) {
    this.settings = settings;
    this.target = target;
  }

  /** The configuration it runs with. */
  public ActivationSettings settings() {
    return settings;
  }

  /** Begins to deliver; does nothing if it has begun or was stopped. */
  void start(
      QueueStore store,
      LeaseKeeper keeper,
      String node,
      TaskScheduler scheduler,
      WakeUps wakeUps,
      DeliveryLog log) {
    Running begun;
    synchronized (this) {
      if (running != null || stopped) {
        return;
      }
      ActivationContext context =
          new ActivationContext(
              settings,
              node + "/" + settings.name(),
              store.leases(),
              store.clock(),
              scheduler,
              wakeUps,
              log);
      begun = new Running(context, target, keeper);
      running = begun;
    }
    begun.start();
  }

  /** Looks for messages now. Quick; may be called on any thread, at any time. */
  public void wake() {
    running().ifPresent(Running::wake);
  }

  /**
   * Stops: no new claims; messages that were leased ahead are given back; running deliveries finish
   * and keep their leases up to the drain timeout. Returns when none runs or the time is over. A
   * second call waits for the same.
   */
  public void stop() {
    beginStop();
    awaitStop();
  }

  void beginStop() {
    synchronized (this) {
      stopped = true;
    }
    running().ifPresent(Running::beginStop);
  }

  void awaitStop() {
    running().ifPresent(Running::awaitStop);
  }

  private synchronized Optional<Running> running() {
    return Optional.ofNullable(running);
  }

  private static final class Running {

    private static final Duration SWEEP_AGAIN = Duration.ofSeconds(5);

    private final ActivationContext context;
    private final LeaseKeeper keeper;
    private final InFlight inFlight;
    private final Term term;
    private final Workers workers;
    private final OrphanSweep orphans;
    private final String sweeping;
    private Cancellable signals = () -> {};
    private Cancellable sweep = () -> {};
    private boolean stopping;
    private Instant drainEnds;
    private boolean closed;

    Running(ActivationContext context, DeliveryTarget target, LeaseKeeper keeper) {
      this.context = context;
      this.keeper = keeper;
      this.inFlight = new InFlight(context);
      this.term = new Term(context, this::termBroken);
      this.workers = new Workers(context, target, term, inFlight);
      this.orphans =
          new OrphanSweep(context, term, this::held, inFlight::wasHandedOver, workers.endings());
      this.sweeping = "Looking for leases that nobody holds, for " + context.bean();
    }

    /** A lease may move from the buffer to a delivery: the buffer is looked at first. */
    private Set<Lease.Key> held() {
      Set<Lease.Key> keys = new HashSet<>(workers.source().keys());
      keys.addAll(inFlight.keys());
      return keys;
    }

    void start() {
      synchronized (this) {
        if (stopping) {
          return;
        }
        keeper.keep(term);
        signals = context.wakeUps().register(context.settings().queues(), workers::wake);
        armSweep(context.settings().leaseDuration());
      }
      workers.start();
    }

    void wake() {
      workers.wake();
    }

    private void termBroken() {
      // Off the keeper's path: other terms are to be renewed without waiting for this.
      context
          .scheduler()
          .execute("Give back what was leased ahead for " + context.bean(), workers::giveBackAhead);
    }

    private synchronized void armSweep(Duration delay) {
      if (!stopping) {
        sweep = context.scheduler().after(delay, sweeping, this::sweep);
      }
    }

    private void sweep() {
      Duration next = context.settings().leaseDuration();
      try {
        orphans.run();
        context.log().succeeded(sweeping);
      } catch (RuntimeException e) {
        context.log().failed(sweeping, e);
        next = next.compareTo(SWEEP_AGAIN) < 0 ? next : SWEEP_AGAIN;
      }
      armSweep(next);
    }

    void beginStop() {
      synchronized (this) {
        if (stopping) {
          return;
        }
        stopping = true;
        drainEnds = context.clock().now().plus(context.settings().drainTimeout());
        signals.cancel();
        sweep.cancel();
      }
      workers.stop();
    }

    void awaitStop() {
      int left = workers.await(Duration.between(context.clock().now(), drainEnds()));
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      keeper.drop(term);
      inFlight.close();
      context.log().forget(sweeping);
      workers.endings().close();
      Optional<UUID> termId = term.give();
      if (left > 0) {
        context.log().drainTimedOut(context.bean(), left, context.settings().drainTimeout());
      } else {
        termId.ifPresent(this::closeTerm);
      }
    }

    private synchronized Instant drainEnds() {
      return drainEnds;
    }

    private void closeTerm(UUID termId) {
      try {
        context.leases().closeTerm(termId);
      } catch (RuntimeException e) {
        context.log().ignored("Closing the term of " + context.bean(), e);
      }
    }
  }
}
