package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Where a worker's next message comes from: leased ahead, or claimed now. Thread-safe. What is
 * leased ahead is in the buffer here; once {@link #close()} was called nothing enters it any more.
 */
final class MessageSource {

  private final ActivationContext context;
  private final Term term;
  private final LeaseEndings endings;
  private final Consumer<RuntimeException> aheadFailed;
  private final Deque<LeasedMessage> buffer = new ArrayDeque<>();
  private boolean closed;

  /**
   * An empty source.
   *
   * @param aheadFailed told when leasing ahead failed beside a claim that worked
   */
  MessageSource(
      ActivationContext context,
      Term term,
      LeaseEndings endings,
      Consumer<RuntimeException> aheadFailed) {
    this.context = context;
    this.term = term;
    this.endings = endings;
    this.aheadFailed = aheadFailed;
  }

  /**
   * The next message.
   *
   * @return empty if there is none now
   */
  Optional<LeasedMessage> next() {
    for (LeasedMessage ahead = poll(); ahead != null; ahead = poll()) {
      if (handOver(ahead.lease())) {
        return Optional.of(ahead);
      }
    }
    UUID termId = term.require();
    List<LeasedMessage> claimed =
        context.leases().claim(request(termId, 1, false, context.settings().leaseLimit()));
    if (claimed.isEmpty()) {
      return Optional.empty();
    }
    fill(termId);
    return Optional.of(claimed.get(0));
  }

  /** Empties the buffer. The caller gives the leases back. */
  synchronized List<Lease> drain() {
    List<Lease> leases = buffer.stream().map(LeasedMessage::lease).toList();
    buffer.clear();
    return leases;
  }

  /** From now on nothing is leased ahead. */
  synchronized void close() {
    closed = true;
  }

  /** The tokens of what was leased ahead. */
  synchronized Set<UUID> tokens() {
    Set<UUID> tokens = new HashSet<>();
    buffer.forEach(message -> tokens.add(message.lease().token()));
    return tokens;
  }

  private synchronized LeasedMessage poll() {
    return buffer.poll();
  }

  /** Makes a lease taken ahead fit to be worked under; false if it was lost. */
  private boolean handOver(Lease lease) {
    try {
      Instant now = context.clock().now();
      if (!term.covers(lease, now)) {
        endings.end(lease, new LeaseEndings.Ending.GivenBack());
        return false;
      }
      return context
          .settings()
          .leaseLimit()
          .map(limit -> context.leases().limitLease(lease, now.plus(limit)))
          .orElse(true);
    } catch (RuntimeException e) {
      endings.end(lease, new LeaseEndings.Ending.GivenBack());
      throw e;
    }
  }

  private void fill(UUID termId) {
    int room = room();
    if (room == 0) {
      return;
    }
    try {
      List<LeasedMessage> claimed =
          context.leases().claim(request(termId, room, true, Optional.empty()));
      endings.giveBack(offer(claimed));
    } catch (RuntimeException e) {
      aheadFailed.accept(e);
    }
  }

  private synchronized int room() {
    // The only attempt of a message must be counted before its listener runs.
    boolean ahead = !closed && !context.settings().policy().singleAttempt();
    return ahead ? Math.max(0, context.settings().prefetch() - buffer.size()) : 0;
  }

  /** Takes what there is room for; the rest is returned. */
  private synchronized List<Lease> offer(List<LeasedMessage> claimed) {
    List<Lease> refused = new ArrayList<>();
    for (LeasedMessage message : claimed) {
      if (closed || buffer.size() >= context.settings().prefetch()) {
        refused.add(message.lease());
      } else {
        buffer.add(message);
      }
    }
    return refused;
  }

  private ClaimRequest request(UUID termId, int count, boolean ahead, Optional<Duration> limit) {
    ActivationSettings settings = context.settings();
    return new ClaimRequest(
        termId, settings.queues(), settings.group(), count, ahead, limit, settings.policy());
  }
}
