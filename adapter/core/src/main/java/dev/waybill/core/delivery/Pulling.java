package dev.waybill.core.delivery;

import dev.waybill.api.Cancellation;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.delivery.LeaseEndings.Ending;
import dev.waybill.core.delivery.WaitingRoom.Waiter;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Messages that callers ask for, on their own threads: for a fixed time, or for as long as this
 * process lives. It has no thread, and costs nothing while nobody asks. Thread-safe.
 */
public final class Pulling {

  /** How soon the messages of a process that died are tried elsewhere. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static final Duration PENDING_WARNING = Duration.ofSeconds(30);
  private static final String CONSUMER = "QueueReceiver";
  private static final String SWEEPING = "Looking for pending messages that nobody holds";
  private static final String ENDING = "End a message that was taken by QueueConsumer.next";

  private final ActivationContext context;
  private final LeaseKeeper keeper;
  private final FixedTerm fixed;
  private final Term term;
  private final WaitingRooms rooms;
  private final LeaseEndings endings;
  private final InFlight pending;
  private final OrphanSweep orphans;
  private final OpenSettlements open = new OpenSettlements();
  private final Map<Lease.Key, WeakReference<Object>> handles = new ConcurrentHashMap<>();
  private Cancellable sweep;
  private boolean closed;

  /** A message and the end of its lease, as far as that is fixed. */
  record Taken(LeasedMessage message, Instant until) {}

  Pulling(
      EngineSettings settings,
      LeaseStore leases,
      StoreClock clock,
      TaskScheduler scheduler,
      WakeUps wakeUps,
      DeliveryLog log,
      LeaseKeeper keeper) {
    this.context =
        new ActivationContext(
            asActivation(settings, List.of(), ""),
            settings.node() + "/" + CONSUMER,
            leases,
            clock,
            scheduler,
            wakeUps,
            log);
    this.keeper = keeper;
    this.fixed = new FixedTerm(context);
    this.term = new Term(context, () -> {});
    this.rooms =
        new WaitingRooms(
            wakeUps,
            (queues, group) ->
                new WaitingRoom(
                    new ActivationContext(
                        asActivation(settings, queues, group),
                        context.consumer(),
                        leases,
                        clock,
                        scheduler,
                        wakeUps,
                        log)));
    this.endings = new LeaseEndings(context, rooms::dueAt);
    this.pending = new InFlight(context, (held, age) -> log.pending(held.get(0), age));
    this.orphans = new OrphanSweep(context, term, this::held, pending::wasHandedOver, endings);
  }

  private static ActivationSettings asActivation(
      EngineSettings settings, List<QueueName> queues, String group) {
    return new ActivationSettings(
        CONSUMER,
        queues,
        group,
        1,
        0,
        LEASE,
        true,
        Optional.empty(),
        PENDING_WARNING,
        settings.pollInterval(),
        Duration.ZERO,
        RetryPolicy.DEFAULT,
        Optional.empty(),
        false);
  }

  LeaseStore leases() {
    return context.leases();
  }

  Instant now() {
    return context.clock().now();
  }

  OpenSettlements open() {
    return open;
  }

  /**
   * Takes messages: what is there, and then what comes until there are enough or the wait is over.
   *
   * @param cancellation ends the wait, as an interrupt does
   * @param detached runs a call without the caller's transaction
   * @throws QueueException {@code UNAVAILABLE} if nothing was taken and the store is out of reach
   *     or the adapter stops
   */
  List<Taken> take(
      PullRequest request, Cancellation cancellation, Function<Callable<Object>, Object> detached) {
    List<Taken> taken = new ArrayList<>();
    long deadline = System.nanoTime() + request.patience().toNanos();
    Waiter waiter = rooms.enter(request.queues(), request.group());
    Runnable uncancelled = () -> {};
    try {
      uncancelled = cancellation.onCancel(waiter::end);
      boolean look = !cancellation.isCancelled() && !Thread.currentThread().isInterrupted();
      while (look && !rooms.stopped()) {
        look(waiter, request, deadline, detached, taken);
        look = taken.size() < request.count() && waiter.await(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // What is leased is handed out; who asks again meets the error again. An interrupt ends the
      // wait, also one for the thread that claims.
      if (taken.isEmpty() && !rooms.stopped() && !Thread.currentThread().isInterrupted()) {
        throw e;
      }
      context.log().ignored("A later claim of a receive", e);
    } finally {
      uncancelled.run();
      rooms.leave(waiter);
    }
    if (taken.isEmpty() && rooms.stopped()) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "Waybill is stopping and hands out no more messages. Ask again when it is back; a consumer"
              + " that was made before the stop has to be made anew.");
    }
    return taken;
  }

  private void look(
      Waiter waiter,
      PullRequest request,
      long deadline,
      Function<Callable<Object>, Object> detached,
      List<Taken> taken) {
    long before = waiter.signals();
    int asked = request.count() - taken.size();
    int found = 0;
    try {
      Duration wait = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      Optional<Duration> limit = request.leaseDuration().map(wait::plus);
      List<LeasedMessage> claimed =
          new Claimed(() -> claim(waiter, before, request, asked, limit)).by(detached);
      found = claimed.size();
      claimed.forEach(
          message ->
              taken.add(new Taken(message, message.lease().leasedAt().plus(limit.orElse(LEASE)))));
    } finally {
      // One that failed is over, too: the others wait for the next poll.
      waiter.looked(before, found > 0, found == asked);
    }
  }

  /**
   * A claim that may run on another thread, for which the caller waits no longer than he can: if he
   * has gone, what it leases is given back.
   */
  private final class Claimed {

    private final Supplier<List<LeasedMessage>> claim;
    private boolean over;
    private List<LeasedMessage> messages;

    Claimed(Supplier<List<LeasedMessage>> claim) {
      this.claim = claim;
    }

    @SuppressWarnings("unchecked")
    List<LeasedMessage> by(Function<Callable<Object>, Object> detached) {
      try {
        return (List<LeasedMessage>) detached.apply(this::run);
      } catch (RuntimeException e) {
        return whatCame().orElseThrow(() -> e);
      }
    }

    private List<LeasedMessage> run() {
      List<LeasedMessage> claimed = claim.get();
      if (!isTaken(claimed)) {
        endings.giveBack(claimed.stream().map(LeasedMessage::lease).toList());
      }
      return claimed;
    }

    private synchronized boolean isTaken(List<LeasedMessage> claimed) {
      if (!over) {
        messages = claimed;
      }
      return !over;
    }

    /** What came just in time; what comes from now on comes too late. */
    private synchronized Optional<List<LeasedMessage>> whatCame() {
      over = true;
      return Optional.ofNullable(messages);
    }
  }

  private List<LeasedMessage> claim(
      Waiter waiter, long before, PullRequest request, int count, Optional<Duration> limit) {
    UUID termId = limit.isPresent() ? fixed.until(now().plus(limit.get())) : kept();
    List<LeasedMessage> claimed =
        context
            .leases()
            .claim(
                new ClaimRequest(
                    termId,
                    request.queues(),
                    request.group(),
                    count,
                    ClaimManner.COUNTED,
                    limit,
                    request.policy()));
    if (claimed.size() < count && !request.patience().isZero()) {
      askForDue(waiter, before);
    }
    return claimed;
  }

  /** What was claimed is handed out, whether this works or not: a poll comes anyway. */
  private void askForDue(Waiter waiter, long before) {
    try {
      waiter.room().timers().idle(before);
    } catch (RuntimeException e) {
      context.log().ignored("Looking for the next due message of a receive", e);
    }
  }

  /** The term of pending messages, which is kept from the first of them on. */
  private UUID kept() {
    synchronized (this) {
      if (sweep == null && !closed) {
        keeper.keep(term);
        armSweep();
      }
    }
    return term.require();
  }

  private synchronized void armSweep() {
    if (!closed) {
      sweep = context.scheduler().after(LEASE, SWEEPING, this::sweep);
    }
  }

  private void sweep() {
    try {
      orphans.run();
      context.log().succeeded(SWEEPING);
    } catch (RuntimeException e) {
      context.log().failed(SWEEPING, e);
    }
    armSweep();
  }

  /** The leases of messages whose handles are still there: a dropped one is held by nobody. */
  private Set<Lease.Key> held() {
    handles.forEach(
        (key, handle) -> {
          if (handle.get() == null) {
            forget(key);
          }
        });
    return new HashSet<>(handles.keySet());
  }

  /** A message is pending from now on, as long as its handle is there. */
  void pending(Lease lease, Object handle) {
    handles.put(lease.key(), new WeakReference<>(handle));
    pending.begin(List.of(lease));
  }

  private void forget(Lease.Key key) {
    handles.remove(key);
    pending.end(key);
  }

  /** A pending message was settled. */
  void settled(Lease lease) {
    forget(lease.key());
    context.leases().over(List.of(lease));
  }

  /** A pending message's lease was lost. */
  void lost(Lease lease) {
    forget(lease.key());
  }

  /** A pending message ends unsettled: now or, if that is not possible, later. */
  void end(Lease lease, Ending ending) {
    endings.end(lease, ending);
    forget(lease.key());
  }

  /** As {@link #end}, on another thread. */
  void endSoon(Lease lease, Ending ending) {
    // Not to be refused by a scheduler that is full. One that is stopping drops it: the lease ends
    // with its term.
    context.scheduler().after(Duration.ZERO, ENDING, () -> end(lease, ending));
  }

  /** Ends all waits; who asks from now on is refused. */
  void stop() {
    rooms.stop();
  }

  /** Pending messages are not kept any more: they are tried again, here or on other nodes. */
  void close() {
    rooms.stop();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (sweep == null) {
        return;
      }
      sweep.cancel();
    }
    keeper.drop(term);
    pending.close();
    endings.close();
    context.log().forget(SWEEPING);
    term.give().ifPresent(this::closeTerm);
  }

  private void closeTerm(UUID termId) {
    try {
      context.leases().closeTerm(termId);
    } catch (RuntimeException e) {
      context.log().ignored("Closing the term of pending messages", e);
    }
  }
}
