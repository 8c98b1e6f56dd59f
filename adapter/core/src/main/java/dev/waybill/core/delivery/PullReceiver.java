package dev.waybill.core.delivery;

import dev.waybill.api.Cancellation;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.delivery.Pulling.Taken;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.DurationText;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeaseId;
import dev.waybill.core.model.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/** Receives for one application, while one store is open. */
public final class PullReceiver implements QueueReceiver {

  private static final int MOST_SETTLEMENTS = 1000;

  private final Pulling pulling;
  private final BodyCodec bodies;
  private final Limits limits;
  private final Function<Callable<Object>, Object> detached;
  private final Settler settler;

  /**
   * A receiver.
   *
   * @param pulling hands out the messages
   * @param bodies reads their bodies
   * @param limits of retry delays and of responses
   * @param branches finds the caller's branch
   * @param transaction the container's view of the caller's transaction
   * @param detached runs a call without the caller's transaction
   * @param enlist see {@link CurrentBranch#forSettlement}
   */
  public PullReceiver(
      Pulling pulling,
      BodyCodec bodies,
      Limits limits,
      CurrentBranch branches,
      TransactionContext transaction,
      Function<Callable<Object>, Object> detached,
      Supplier<XaBranch> enlist) {
    this.pulling = Objects.requireNonNull(pulling, "pulling");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.detached = Objects.requireNonNull(detached, "detached");
    this.settler =
        new Settler(pulling.leases(), branches, transaction, pulling.open(), detached, enlist);
  }

  @Override
  public List<ReceivedMessage> receive(ReceiveRequest request) {
    return take(PullRequest.of(request), new Cancellation());
  }

  @Override
  public List<ReceivedMessage> receive(ReceiveRequest request, Cancellation cancellation) {
    PullRequest checked = PullRequest.of(request);
    if (cancellation == null) {
      throw new QueueException(
          Kind.INVALID,
          "receive(request, null): the cancellation is null. Give a new Cancellation(), or leave it"
              + " out. Nothing was received.");
    }
    return take(checked, cancellation);
  }

  @Override
  public List<ReceivedMessage> tryReceive(ReceiveRequest request) {
    return take(PullRequest.of(request).waiting(Duration.ZERO), new Cancellation());
  }

  private List<ReceivedMessage> take(PullRequest request, Cancellation cancellation) {
    return pulling.take(request, cancellation, detached).stream().map(this::received).toList();
  }

  private ReceivedMessage received(Taken taken) {
    Lease lease = taken.message().lease();
    return new PulledMessage(
        taken,
        bodies,
        limits,
        duration -> extendLease(LeaseId.of(lease), duration),
        (call, settlement) -> settler.settle(settlement, stands -> over(lease, stands)));
  }

  private void over(Lease lease, boolean stands) {
    if (stands) {
      pulling.leases().over(List.of(lease));
    }
  }

  @Override
  public void ack(String lease) {
    settle(Settlement.ack(lease));
  }

  @Override
  public void retry(String lease) {
    settle(Settlement.retry(lease));
  }

  @Override
  public void retry(String lease, Duration delay) {
    settle(Settlement.retry(lease, delay));
  }

  @Override
  public void reject(String lease, String reason) {
    settle(Settlement.reject(lease, reason));
  }

  private void settle(Settlement settlement) {
    settle(List.of(settlement))
        .get(0)
        .error()
        .ifPresent(
            error -> {
              throw error;
            });
  }

  @Override
  public List<SettleResult> settle(List<Settlement> settlements) {
    if (settlements == null) {
      throw new QueueException(
          Kind.INVALID,
          "settle(null): the list is null. Give a list of up to "
              + MOST_SETTLEMENTS
              + " settlements. Nothing was settled.");
    }
    if (settlements.size() > MOST_SETTLEMENTS) {
      throw new QueueException(
          Kind.INVALID,
          "settle(…) was given "
              + settlements.size()
              + " settlements; accepted: up to "
              + MOST_SETTLEMENTS
              + ". Nothing was settled. Settle them in several calls.");
    }
    Map<Lease.Key, Settlement> wanted = new LinkedHashMap<>();
    List<Optional<Lease.Key>> keys = new ArrayList<>();
    List<QueueException> errors = new ArrayList<>();
    for (Settlement each : settlements) {
      Optional<QueueException> wrong = check(each);
      Optional<Lease.Key> key = wrong.isPresent() ? Optional.empty() : LeaseId.parse(each.lease());
      boolean twice = key.isPresent() && wanted.putIfAbsent(key.get(), each) != null;
      keys.add(twice ? Optional.empty() : key);
      errors.add(wrong.orElseGet(() -> twice ? twice(each) : notHeld(each.lease())));
    }
    Map<Lease.Key, Lease> settled =
        settler.settleHeld(wanted.keySet(), lease -> operation(wanted.get(lease.key()), lease));
    List<SettleResult> results = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      boolean done = keys.get(i).filter(settled::containsKey).isPresent();
      Settlement given = settlements.get(i);
      results.add(
          new SettleResult(
              given == null ? null : given.lease(),
              done ? Optional.empty() : Optional.of(errors.get(i))));
    }
    return results;
  }

  private Optional<QueueException> check(Settlement settlement) {
    if (settlement == null) {
      return Optional.of(
          new QueueException(
              Kind.INVALID,
              "The settlement is null. Make one with Settlement.ack, retry or reject."));
    }
    if (settlement.lease() == null) {
      return Optional.of(
          new QueueException(
              Kind.INVALID, "The lease is null. Give what ReceivedMessage.lease() returned."));
    }
    return settlement
        .delay()
        .filter(delay -> delay.isNegative() || delay.compareTo(limits.maxDelay()) > 0)
        .map(
            delay ->
                new QueueException(
                    Kind.INVALID,
                    "retry("
                        + delay
                        + ") of lease "
                        + settlement.lease()
                        + ": the delay is outside 0s to maxDelay="
                        + DurationText.format(limits.maxDelay())
                        + ". Nothing was changed. Ask for one in that range, or raise maxDelay of the"
                        + " adapter."));
  }

  private static QueueException twice(Settlement settlement) {
    return new QueueException(
        Kind.CONFLICT,
        "The lease "
            + settlement.lease()
            + " is named twice in one list; the first settlement counts. Name each lease once.");
  }

  private static QueueException notHeld(String lease) {
    return Settler.notHeld("The lease " + lease);
  }

  private static Operation.Settlement operation(Settlement settlement, Lease lease) {
    Decision decision =
        switch (settlement.outcome()) {
          case COMPLETE -> new Decision.Done();
          case RETRY -> new Decision.TryAgain(settlement.delay());
          case REJECT ->
              new Decision.GiveUp(settlement.reason() == null ? "" : settlement.reason());
        };
    return decision.settlement(lease);
  }

  @Override
  public void extendLease(String lease, Duration duration) {
    if (duration == null
        || duration.isNegative()
        || duration.isZero()
        || duration.compareTo(PullRequest.LONGEST_LEASE) > 0) {
      throw new QueueException(
          Kind.INVALID,
          "extendLease("
              + duration
              + ") of lease "
              + lease
              + ": it must be more than 0s, up to 365d. Nothing was changed.");
    }
    check(Settlement.ack(lease))
        .ifPresent(
            error -> {
              throw error;
            });
    Lease held =
        LeaseId.parse(lease)
            .map(key -> settler.held(List.of(key)).get(key))
            .orElseThrow(() -> notHeld(lease));
    Instant until = pulling.now().plus(duration);
    if (!settler.alone(() -> pulling.leases().extendLease(held, until))) {
      throw notHeld(lease);
    }
  }

  @Override
  public QueueConsumer consumer(ReceiveRequest request) {
    return new PullConsumer(
        PullRequest.ofConsumer(request), pulling, settler, bodies, limits, detached);
  }
}
