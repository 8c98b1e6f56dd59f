package dev.waybill.core.delivery;

import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One message at a time: leased ahead, or claimed now. How many are leased ahead follows the pace
 * of the activation; they are in the buffer here.
 */
final class MessageSource implements Source {

  /** Below this many, a refill in the background is not worth its while. */
  private static final int WORTH_A_REFILL = 8;

  private final ActivationContext context;
  private final Claims claims;
  private final LeaseEndings endings;
  private final Events events;
  private final Pace pace;
  private final String refilling;
  private final ReentrantLock claiming = new ReentrantLock();
  private final Deque<LeasedMessage> buffer = new ArrayDeque<>();
  private boolean refillOrdered;
  private boolean closed;

  /** An empty source. */
  MessageSource(
      ActivationContext context, Claims claims, LeaseEndings endings, Pace pace, Events events) {
    this.context = context;
    this.claims = claims;
    this.endings = endings;
    this.pace = pace;
    this.events = events;
    this.refilling = "Lease ahead for " + context.bean();
  }

  @Override
  public boolean worthAsking() {
    return true;
  }

  @Override
  public List<LeasedMessage> next() {
    return nextOne().map(List::of).orElse(List.of());
  }

  private Optional<LeasedMessage> nextOne() {
    Optional<LeasedMessage> ahead = fromBuffer();
    if (ahead.isPresent()) {
      return ahead;
    }
    if (wanted() == 0) {
      return claim(1, ClaimManner.COUNTED);
    }
    // One worker claims for all: those who waited find theirs in the buffer.
    claiming.lock();
    try {
      ahead = fromBuffer();
      return ahead.isPresent() ? ahead : claim(1 + room(), ClaimManner.FIRST);
    } finally {
      claiming.unlock();
    }
  }

  private Optional<LeasedMessage> fromBuffer() {
    for (LeasedMessage ahead = poll(); ahead != null; ahead = poll()) {
      if (handOver(ahead.lease())) {
        if (orderRefill() && !context.scheduler().execute(refilling, this::refill)) {
          refillEnded();
        }
        return Optional.of(ahead);
      }
    }
    return Optional.empty();
  }

  private Optional<LeasedMessage> claim(int count, ClaimManner manner) {
    List<LeasedMessage> claimed = claims.claim(count, manner);
    if (claimed.isEmpty()) {
      return Optional.empty();
    }
    endings.giveBack(offer(claimed.subList(1, claimed.size())));
    return Optional.of(claimed.get(0));
  }

  private void refill() {
    boolean filled = false;
    claiming.lock();
    try {
      int room = room();
      if (room > 0) {
        List<LeasedMessage> claimed = claims.claim(room, ClaimManner.AHEAD);
        endings.giveBack(offer(claimed));
        filled = !claimed.isEmpty();
      }
    } catch (RuntimeException e) {
      events.aheadFailed(e);
    } finally {
      claiming.unlock();
      refillEnded();
    }
    if (filled) {
      events.aheadFilled();
    }
  }

  /** Whether it is time to refill what is half empty, and nobody does. */
  private synchronized boolean orderRefill() {
    int wanted = wanted();
    boolean order = wanted >= WORTH_A_REFILL && buffer.size() <= wanted / 2 && !refillOrdered;
    refillOrdered |= order;
    return order;
  }

  private synchronized void refillEnded() {
    refillOrdered = false;
  }

  @Override
  public synchronized List<Lease> drain() {
    List<Lease> leases = buffer.stream().map(LeasedMessage::lease).toList();
    buffer.clear();
    return leases;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  @Override
  public synchronized Set<Lease.Key> keys() {
    Set<Lease.Key> keys = new HashSet<>();
    buffer.forEach(message -> keys.add(message.lease().key()));
    return keys;
  }

  private synchronized LeasedMessage poll() {
    return buffer.poll();
  }

  /** Makes a lease taken ahead fit to be worked under; false if it was lost. */
  private boolean handOver(Lease lease) {
    try {
      if (!claims.covers(lease)) {
        endings.end(lease, new LeaseEndings.Ending.GivenBack());
        return false;
      }
      return claims.limit().map(end -> context.leases().limitLease(lease, end)).orElse(true);
    } catch (RuntimeException e) {
      endings.end(lease, new LeaseEndings.Ending.GivenBack());
      throw e;
    }
  }

  /** How many messages may be leased ahead at the present pace. */
  private synchronized int wanted() {
    // The only attempt of a message must be counted before its listener runs.
    boolean none = closed || events.resting() || context.settings().policy().singleAttempt();
    return none ? 0 : Math.min(context.settings().prefetch(), pace.ahead());
  }

  private synchronized int room() {
    return Math.max(0, wanted() - buffer.size());
  }

  /** Takes what there is room for; the rest is returned. */
  private synchronized List<Lease> offer(List<LeasedMessage> claimed) {
    List<Lease> refused = new ArrayList<>();
    for (LeasedMessage message : claimed) {
      if (closed || events.resting() || buffer.size() >= context.settings().prefetch()) {
        refused.add(message.lease());
      } else {
        buffer.add(message);
      }
    }
    return refused;
  }
}
