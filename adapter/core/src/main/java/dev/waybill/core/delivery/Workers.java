package dev.waybill.core.delivery;

import dev.waybill.core.delivery.Breaker.Pass;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.Endpoint;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The workers of an activation. Each is a short task: it acquires an endpoint first, then takes
 * message after message, or batch after batch, until nothing is there, or until it is time to let
 * others have the thread.
 */
final class Workers {

  private static final int DELIVERIES_PER_WORK = 50;

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
  private final Claims claims;
  private final Source source;
  private final Slowdown slowdown;
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
    this.claims = new Claims(context, term);
    this.slowdown = new Slowdown(context, this::giveBackAhead, this::wake);
    Background events = new Background();
    this.source =
        context
            .settings()
            .batching()
            .<Source>map(each -> new BatchSource(context, claims, endings, events, each))
            .orElseGet(() -> new MessageSource(context, claims, endings, pace, events));
  }

  private final class Background implements Source.Events {

    @Override
    public void aheadFailed(RuntimeException error) {
      claimFailed(error);
    }

    @Override
    public void aheadFilled() {
      wake();
    }

    @Override
    public boolean resting() {
      return slowdown.isOn();
    }
  }

  private Pause pause(String name, Duration shortest) {
    return new Pause(
        name + context.bean(), context.scheduler(), shortest, Duration.ofSeconds(5), this::wake);
  }

  private boolean paused() {
    return noEndpoint.active() || noStore.active() || broken.active() || slowdown.refuses();
  }

  Source source() {
    return source;
  }

  /** What was leased ahead is for others. */
  void giveBackAhead() {
    endings.giveBack(source.drain());
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
    if (source.worthAsking() && slots.signal()) {
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
        giveBackAhead();
      }
      return;
    }
    try (Endpoint endpoint = acquired.get()) {
      for (int i = 0; i < DELIVERIES_PER_WORK; i++) {
        Pass pass = slowdown.pass();
        try {
          if (!deliverNext(slot, endpoint, pass)) {
            return;
          }
        } finally {
          slowdown.unused(pass);
        }
      }
      slot.leavesMore();
    }
  }

  /** Finds what is next and delivers it; false if the worker is to end. */
  private boolean deliverNext(WorkerSlots.Slot slot, Endpoint endpoint, Pass pass) {
    List<LeasedMessage> messages = pass == Pass.NONE ? List.of() : find(slot, pass);
    if (messages.isEmpty()) {
      return false;
    }
    if (slots.found(slot)) {
      launch();
    }
    timers.found();
    return deliver(endpoint, messages, pass);
  }

  /** Takes a message or a batch; a failing store is an empty queue for a while. */
  private List<LeasedMessage> find(WorkerSlots.Slot slot, Pass pass) {
    long signals = slots.signals();
    if (!slots.search(slot) || noStore.active()) {
      return List.of();
    }
    try {
      List<LeasedMessage> messages =
          pass == Pass.PROBE ? claims.claim(1, ClaimManner.COUNTED) : source.next();
      if (slots.stopping()) {
        endings.giveBack(leases(messages));
        return List.of();
      }
      if (messages.isEmpty()) {
        noEndpoint.reset();
        timers.idle(signals);
      }
      if (!noStore.active()) {
        noStore.reset();
        context.log().succeeded(claiming);
      }
      return messages;
    } catch (RuntimeException e) {
      claimFailed(e);
      return List.of();
    }
  }

  private static List<Lease> leases(List<LeasedMessage> messages) {
    return messages.stream().map(LeasedMessage::lease).toList();
  }

  private void claimFailed(RuntimeException error) {
    context.log().failed(claiming, error);
    noStore.begin();
  }

  /** Delivers a message or a batch; false if the endpoint cannot be reached now. */
  private boolean deliver(Endpoint endpoint, List<LeasedMessage> messages, Pass pass) {
    List<Lease> leases = leases(messages);
    inFlight.begin(leases);
    Instant begun = context.clock().now();
    try {
      DeliveryResult result = outcome(endpoint, messages);
      boolean reached = take(leases, result);
      slowdown.ended(pass, messages, result);
      return reached;
    } finally {
      pace.finished(Duration.between(begun, context.clock().now()));
      inFlight.end(leases);
    }
  }

  private DeliveryResult outcome(Endpoint endpoint, List<LeasedMessage> messages) {
    try {
      return endpoint.deliver(messages);
    } catch (RuntimeException | Error e) {
      context.log().unexpected(work, e);
      return new DeliveryResult.Unknown(DeliveryLog.text(e));
    }
  }

  private boolean take(List<Lease> leases, DeliveryResult result) {
    if (result instanceof DeliveryResult.NotStarted) {
      noEndpoint.begin();
      endings.giveBack(leases);
      return false;
    }
    noEndpoint.reset();
    if (result instanceof DeliveryResult.Settled) {
      context.leases().over(leases);
    } else if (result instanceof DeliveryResult.Failed failed) {
      endings.fail(
          leases, failed.failures().stream().map(LeaseEndings.Ending.Failed::new).toList());
    } else if (result instanceof DeliveryResult.Unknown unknown) {
      leases.forEach(lease -> endings.end(lease, new LeaseEndings.Ending.Unseen(unknown.error())));
    } else {
      endings.fail(
          leases, Collections.nCopies(leases.size(), new LeaseEndings.Ending.WithALostOne()));
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
    slowdown.close();
    source.close();
    giveBackAhead();
    context.log().forget(claiming);
    context.log().forget(work);
  }

  /** Waits until no worker works; returns how many still do after the time. */
  int await(Duration time) {
    return slots.await(time);
  }
}
