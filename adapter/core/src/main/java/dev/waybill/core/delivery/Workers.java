package dev.waybill.core.delivery;

import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.Endpoint;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The workers of an activation. Each is a short task: it acquires an endpoint first, then takes
 * message after message until nothing is there, or until it is time to let others have the thread.
 */
final class Workers {

  private static final int MESSAGES_PER_WORK = 50;

  private final ActivationContext context;
  private final DeliveryTarget target;
  private final InFlight inFlight;
  private final String work;
  private final String claiming;
  private final Pause noEndpoint;
  private final Pause noStore;
  private final Pause broken;
  private final WorkerSlots slots;
  private final LeaseEndings endings;
  private final Pace pace;
  private final MessageSource source;
  private final IdleTimers timers;

  Workers(ActivationContext context, DeliveryTarget target, Term term, InFlight inFlight) {
    this.context = context;
    this.target = target;
    this.inFlight = inFlight;
    this.work = "Deliver to " + context.bean();
    this.claiming = "Claiming for " + context.bean();
    this.noEndpoint = pause("Wait for an endpoint of ", Duration.ofMillis(50));
    this.noStore = pause("Wait for the store for ", Duration.ofMillis(250));
    this.broken = pause("Wait after a failure of a worker of ", Duration.ofMillis(50));
    this.slots = new WorkerSlots(context.settings().maxConcurrency(), this::paused);
    this.timers = new IdleTimers(context, this::wake);
    this.endings = new LeaseEndings(context, timers::dueAt);
    this.pace = new Pace(context.clock(), context.settings().maxConcurrency());
    this.source = new MessageSource(context, term, endings, pace, new Background());
  }

  private final class Background implements MessageSource.Events {

    @Override
    public void aheadFailed(RuntimeException error) {
      claimFailed(error);
    }

    @Override
    public void aheadFilled() {
      wake();
    }
  }

  private Pause pause(String name, Duration shortest) {
    return new Pause(
        name + context.bean(), context.scheduler(), shortest, Duration.ofSeconds(5), this::wake);
  }

  private boolean paused() {
    return noEndpoint.active() || noStore.active() || broken.active();
  }

  MessageSource source() {
    return source;
  }

  LeaseEndings endings() {
    return endings;
  }

  void start() {
    timers.start();
    wake();
  }

  /** Something may be there. Quick; called on any thread. */
  void wake() {
    if (slots.signal()) {
      launch();
    }
  }

  private void launch() {
    if (!context.scheduler().execute(work, this::work)) {
      // Begin the pause first: whoever is waiting for a worker must not start one at once.
      noEndpoint.begin();
      slots.refused();
    }
  }

  private void work() {
    if (!slots.begin()) {
      return;
    }
    WorkerSlots.Slot slot = new WorkerSlots.Slot();
    try {
      serve(slot);
      broken.reset();
      context.log().succeeded(work);
    } catch (RuntimeException | Error e) {
      // The pause begins before the slot ends, or the next worker would start at once, for ever.
      broken.begin();
      context.log().failed(work, e);
    } finally {
      if (slots.end(slot)) {
        launch();
      }
    }
  }

  private void serve(WorkerSlots.Slot slot) {
    Optional<Endpoint> acquired = target.acquire();
    if (acquired.isEmpty()) {
      noEndpoint.begin();
      if (inFlight.keys().isEmpty()) {
        // Another node may have an endpoint for what waits here.
        endings.giveBack(source.drain());
      }
      return;
    }
    try (Endpoint endpoint = acquired.get()) {
      for (int i = 0; i < MESSAGES_PER_WORK; i++) {
        Optional<LeasedMessage> message = find(slot);
        if (message.isEmpty()) {
          return;
        }
        if (slots.found(slot)) {
          launch();
        }
        timers.found();
        if (!deliver(endpoint, message.get())) {
          return;
        }
      }
      slot.leavesMore();
    }
  }

  /** Takes a message; a failing store is an empty queue for a while. */
  private Optional<LeasedMessage> find(WorkerSlots.Slot slot) {
    long signals = slots.signals();
    if (!slots.search(slot) || noStore.active()) {
      return Optional.empty();
    }
    try {
      Optional<LeasedMessage> message = source.next();
      if (message.isPresent() && slots.stopping()) {
        endings.end(message.get().lease(), new LeaseEndings.Ending.GivenBack());
        return Optional.empty();
      }
      if (message.isEmpty()) {
        noEndpoint.reset();
        timers.idle(signals);
      }
      if (!noStore.active()) {
        noStore.reset();
        context.log().succeeded(claiming);
      }
      return message;
    } catch (RuntimeException e) {
      claimFailed(e);
      return Optional.empty();
    }
  }

  private void claimFailed(RuntimeException error) {
    context.log().failed(claiming, error);
    noStore.begin();
  }

  /** Delivers a message; false if the endpoint cannot be reached now. */
  private boolean deliver(Endpoint endpoint, LeasedMessage message) {
    Lease lease = message.lease();
    inFlight.begin(lease);
    Instant begun = context.clock().now();
    try {
      return take(lease, outcome(endpoint, message));
    } finally {
      pace.finished(Duration.between(begun, context.clock().now()));
      inFlight.end(lease);
    }
  }

  private DeliveryResult outcome(Endpoint endpoint, LeasedMessage message) {
    try {
      return endpoint.deliver(message);
    } catch (RuntimeException | Error e) {
      context.log().unexpected(work, e);
      return new DeliveryResult.Unknown(DeliveryLog.text(e));
    }
  }

  private boolean take(Lease lease, DeliveryResult result) {
    if (result instanceof DeliveryResult.NotStarted) {
      noEndpoint.begin();
      endings.end(lease, new LeaseEndings.Ending.GivenBack());
      return false;
    }
    noEndpoint.reset();
    if (result instanceof DeliveryResult.Settled) {
      context.leases().over(List.of(lease));
    } else if (result instanceof DeliveryResult.Failed failed) {
      endings.end(lease, new LeaseEndings.Ending.Failed(failed.failure()));
    } else if (result instanceof DeliveryResult.Unknown unknown) {
      endings.end(lease, new LeaseEndings.Ending.Unseen(unknown.error()));
    } else if (result instanceof DeliveryResult.LeaseLost) {
      context.log().leaseLost(context.bean(), lease);
    }
    return true;
  }

  /** No new claims, no new workers; what was leased ahead is given back. */
  void stop() {
    if (!slots.stop()) {
      return;
    }
    timers.close();
    noEndpoint.close();
    noStore.close();
    broken.close();
    source.close();
    endings.giveBack(source.drain());
    context.log().forget(claiming);
    context.log().forget(work);
  }

  /** Waits until no worker works; returns how many still do after the time. */
  int await(Duration time) {
    return slots.await(time);
  }
}
