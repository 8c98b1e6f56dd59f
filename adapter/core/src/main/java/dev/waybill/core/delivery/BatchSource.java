package dev.waybill.core.delivery;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers batches, one of each queue at a time. What waits for its batch to fill is leased ahead:
 * no attempt has begun, no worker waits and no endpoint is held. A batch is handed over when it is
 * full, or when its first message has waited for long enough.
 */
final class BatchSource implements Source {

  /** While a batch fills, a queue that was found empty is not looked at again for so long. */
  private static final Duration LULL = Duration.ofMillis(50);

  private final ActivationContext context;
  private final Claims claims;
  private final LeaseEndings endings;
  private final Events events;
  private final Batching batching;
  private final String gathering;
  private final ReentrantLock claiming = new ReentrantLock();
  private final Map<QueueName, List<LeasedMessage>> filling = new LinkedHashMap<>();
  private Instant lullUntil = Instant.MIN;
  private Cancellable timer = () -> {};
  private Instant timerAt = Instant.MAX;
  private boolean asked;
  private boolean closed;

  BatchSource(
      ActivationContext context,
      Claims claims,
      LeaseEndings endings,
      Events events,
      Batching batching) {
    this.context = context;
    this.claims = claims;
    this.endings = endings;
    this.events = events;
    this.batching = batching;
    this.gathering = "Gather a batch for " + context.bean();
  }

  @Override
  public List<LeasedMessage> next() {
    List<LeasedMessage> batch = gather();
    while (!batch.isEmpty()) {
      List<LeasedMessage> ready = handOver(batch);
      if (!ready.isEmpty()) {
        return ready;
      }
      batch = gather();
    }
    return batch;
  }

  /** The next batch, whose leases are still those taken ahead; empty if none is complete. */
  private List<LeasedMessage> gather() {
    claiming.lock();
    try {
      List<LeasedMessage> batch = takeFull();
      while (batch.isEmpty()) {
        Optional<QueueName> overdue = overdue();
        if (overdue.isEmpty() && !worthAsking()) {
          return List.of();
        }
        List<LeasedMessage> claimed = claim(overdue);
        if (!claimed.isEmpty() && claimed.get(0).lease().counted()) {
          // It is to be alone, and has begun.
          return claimed;
        }
        List<Lease> refused = offer(claimed);
        if (!refused.isEmpty()) {
          endings.giveBack(refused);
          return List.of();
        }
        batch = takeFull();
        if (batch.isEmpty() && overdue.isPresent()) {
          batch = take(overdue.get());
        } else if (batch.isEmpty() && batching.longestWait().isZero() && !claimed.isEmpty()) {
          batch = take(claimed.get(0).lease().queue());
        } else if (batch.isEmpty() && claimed.isEmpty()) {
          lull();
          return List.of();
        }
      }
      return batch;
    } finally {
      claiming.unlock();
      arm();
    }
  }

  /** Of a batch whose time has come what its own queue still has, else what any has. */
  private List<LeasedMessage> claim(Optional<QueueName> overdue) {
    if (overdue.isPresent()) {
      QueueName queue = overdue.get();
      return claims.claim(List.of(queue), batching.size() - waiting(queue), ClaimManner.BATCH);
    }
    List<QueueName> queues = context.settings().queues();
    int most = queues.size() == 1 ? batching.size() - waiting(queues.get(0)) : batching.size();
    return claims.claim(queues, most, ClaimManner.BATCH);
  }

  private synchronized int waiting(QueueName queue) {
    return filling.getOrDefault(queue, List.of()).size();
  }

  private synchronized List<LeasedMessage> takeFull() {
    return filling.entrySet().stream()
        .filter(each -> each.getValue().size() >= batching.size())
        .findFirst()
        .map(each -> take(each.getKey()))
        .orElse(List.of());
  }

  private synchronized List<LeasedMessage> take(QueueName queue) {
    List<LeasedMessage> waiting = filling.remove(queue);
    if (waiting == null) {
      return List.of();
    }
    int end = Math.min(batching.size(), waiting.size());
    if (end < waiting.size()) {
      filling.put(queue, new ArrayList<>(waiting.subList(end, waiting.size())));
    }
    return List.copyOf(waiting.subList(0, end));
  }

  /** The queue whose batch has waited for long enough. */
  private synchronized Optional<QueueName> overdue() {
    Instant now = context.clock().now();
    return filling.entrySet().stream()
        .filter(each -> !now.isBefore(deadline(each.getValue())))
        .min(Comparator.comparing(each -> deadline(each.getValue())))
        .map(Map.Entry::getKey);
  }

  private Instant deadline(List<LeasedMessage> waiting) {
    return waiting.get(0).lease().leasedAt().plus(batching.longestWait());
  }

  /** Takes what waits for others; what is not wanted any more is returned. */
  private synchronized List<Lease> offer(List<LeasedMessage> claimed) {
    if (closed || events.resting()) {
      return claimed.stream().map(LeasedMessage::lease).toList();
    }
    claimed.forEach(
        message ->
            filling
                .computeIfAbsent(message.lease().queue(), any -> new ArrayList<>())
                .add(message));
    return List.of();
  }

  private synchronized void lull() {
    lullUntil = filling.isEmpty() ? Instant.MIN : context.clock().now().plus(LULL);
  }

  @Override
  public synchronized boolean worthAsking() {
    Instant now = context.clock().now();
    boolean worth = filling.isEmpty() || !now.isBefore(lullUntil) || overdue().isPresent();
    if (!worth) {
      asked = true;
      armAt(lullUntil);
    }
    return worth;
  }

  /** For the next batch whose time comes; one whose time has come waits for a worker. */
  private synchronized void arm() {
    Instant now = context.clock().now();
    filling.values().stream()
        .map(this::deadline)
        .filter(now::isBefore)
        .min(Comparator.naturalOrder())
        .ifPresent(this::armAt);
  }

  private void armAt(Instant at) {
    if (closed || !at.isBefore(timerAt)) {
      return;
    }
    timer.cancel();
    Duration delay = Duration.between(context.clock().now(), at);
    timerAt = at;
    timer =
        context
            .scheduler()
            .after(
                delay.isNegative() ? Duration.ZERO : delay.plusMillis(1),
                gathering,
                this::itIsTime);
  }

  private void itIsTime() {
    boolean wake;
    synchronized (this) {
      timerAt = Instant.MAX;
      wake = asked || overdue().isPresent();
      asked = false;
      arm();
    }
    if (wake) {
      events.aheadFilled();
    }
  }

  /** Counts what must be counted first; messages whose lease was lost are left out. */
  private List<LeasedMessage> handOver(List<LeasedMessage> batch) {
    if (batch.get(0).lease().counted()) {
      return batch;
    }
    List<Lease> leases = batch.stream().map(LeasedMessage::lease).toList();
    List<Lease> covered = leases.stream().filter(claims::covers).toList();
    try {
      endings.giveBack(leases.stream().filter(lease -> !claims.covers(lease)).toList());
      return withMessages(batch, context.leases().handOver(covered, claims.limit()));
    } catch (RuntimeException e) {
      endings.giveBack(covered);
      throw e;
    }
  }

  /** The attempts begin now, whenever the messages were taken ahead. */
  private List<LeasedMessage> withMessages(List<LeasedMessage> batch, List<Lease> leases) {
    Instant now = context.clock().now();
    Map<Long, LeasedMessage> byPosition = new HashMap<>();
    batch.forEach(each -> byPosition.put(each.lease().delivery().position(), each));
    return leases.stream()
        .map(
            lease ->
                new LeasedMessage(
                    lease.begun(now), byPosition.get(lease.delivery().position()).message()))
        .toList();
  }

  @Override
  public synchronized List<Lease> drain() {
    List<Lease> leases =
        filling.values().stream().flatMap(List::stream).map(LeasedMessage::lease).toList();
    filling.clear();
    return leases;
  }

  @Override
  public synchronized Set<Lease.Key> keys() {
    Set<Lease.Key> keys = new HashSet<>();
    filling.values().forEach(each -> each.forEach(message -> keys.add(message.lease().key())));
    return keys;
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.cancel();
  }
}
