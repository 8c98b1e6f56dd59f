package dev.waybill.core.delivery;

import static dev.waybill.core.model.DeliveryState.BLOCKED;
import static dev.waybill.core.model.DeliveryState.COMPLETED;
import static dev.waybill.core.model.DeliveryState.DEAD;
import static dev.waybill.core.model.DeliveryState.DEAD_LETTERED;
import static dev.waybill.core.model.DeliveryState.LEASED;
import static dev.waybill.core.model.DeliveryState.READY;
import static dev.waybill.core.model.DeliveryState.SCHEDULED;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.DeadLetter;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.model.StateMachine;
import dev.waybill.core.model.StateMachine.Event;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.FailureResult;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.Upkeep.Lined;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a queue is, without a database: the deliveries of one group and the terms they are leased
 * under. Every change of state is checked against the state machine. Callers hold the monitor of
 * the store.
 */
final class ReferenceRows {

  static final Duration AGEING = Duration.ofMinutes(1);
  static final String GROUP = "default";

  /** One delivery; settled ones remain for the tests to see. */
  static final class Row {
    final MessageData message;
    DeliveryState state;
    Instant availableAt;
    int attempts;
    boolean claimedAlone;
    Lease lease;
    Instant limit;

    Row(MessageData message) {
      this.message = message;
    }

    Instant rank() {
      return availableAt.minus(AGEING.multipliedBy(message.priority()));
    }

    boolean held(Lease by) {
      return state == LEASED && lease.key().equals(by.key());
    }
  }

  final StoreClock clock;
  final List<Row> rows = new ArrayList<>();
  final Map<UUID, Instant> terms = new HashMap<>();
  private final ReferenceLines lines = new ReferenceLines();
  private long positions;

  ReferenceRows(StoreClock clock) {
    this.clock = clock;
  }

  /** A message with its position, which may be drawn long before it can be seen. */
  MessageData place(NewMessage message) {
    return new MessageData(
        message.id(),
        message.queue(),
        ++positions,
        message.timestamp(),
        message.contentType(),
        message.body(),
        message.headers(),
        message.priority(),
        message.correlationId(),
        null,
        message.orderingKey(),
        message.stream() == null ? null : message.stream().producerId(),
        message.stream() == null ? 0 : message.stream().sequence());
  }

  /** A message becomes available to the group. */
  void begin(MessageData data, Instant availableAt) {
    Row row = new Row(data);
    boolean later = availableAt.isAfter(clock.now());
    row.availableAt = later ? availableAt : clock.now();
    if (data.lineKey() != null) {
      move(row, Event.AVAILABLE, BLOCKED);
      lines.arrived(row);
    } else {
      move(row, Event.AVAILABLE, later ? SCHEDULED : READY);
    }
    rows.add(row);
  }

  /** Puts ordering keys in order. */
  Lined lineUp() {
    return lines.lineUp(
        row ->
            move(
                row,
                Event.FIRST_IN_LINE,
                row.availableAt.isAfter(clock.now()) ? SCHEDULED : READY));
  }

  void move(Row row, Event event, DeliveryState to) {
    if (!StateMachine.allows(Optional.ofNullable(row.state), event, to)) {
      throw new AssertionError(row.state + " does not become " + to + " by " + event);
    }
    row.state = to;
    if (StateMachine.isFinal(to) && row.message.lineKey() != null) {
      lines.settled(row);
    }
    boolean owned = to == LEASED || to == DeliveryState.IN_DOUBT;
    if (!owned) {
      row.lease = null;
      row.limit = null;
    }
  }

  /** Makes due what is due, as a claim does on its way. */
  void makeDue(Collection<QueueName> queues) {
    for (Row row : rows) {
      if (row.state == SCHEDULED
          && queues.contains(row.message.queue())
          && !row.availableAt.isAfter(clock.now())) {
        move(row, Event.DUE, READY);
      }
    }
  }

  /** What a claim gets. */
  List<Row> claimable(ClaimRequest request) {
    List<Row> ready =
        rows.stream()
            .filter(row -> row.state == READY && request.queues().contains(row.message.queue()))
            .sorted(Comparator.comparing(Row::rank).thenComparing(row -> row.message.position()))
            .toList();
    if (request.manner() != ClaimManner.AHEAD && !ready.isEmpty() && alone(request, ready.get(0))) {
      return ready.subList(0, 1);
    }
    return ready.stream()
        .filter(row -> request.manner() != ClaimManner.BATCH || ofOne(ready, row))
        .takeWhile(row -> !alone(request, row))
        .limit(request.count())
        .toList();
  }

  /** A batch is of one queue. */
  private static boolean ofOne(List<Row> ready, Row row) {
    return row.message.queue().equals(ready.get(0).message.queue());
  }

  private static boolean alone(ClaimRequest request, Row row) {
    return request.manner().takesAlone(row.attempts, row.claimedAlone);
  }

  /** Whether a claim counts the attempt. */
  boolean counts(ClaimRequest request, Row row) {
    return request.manner() == ClaimManner.COUNTED || alone(request, row);
  }

  /** Whether a lease of a claim begins with it. */
  boolean beginsAtOnce(ClaimRequest request, int index, Row row) {
    return counts(request, row) || (request.manner() == ClaimManner.FIRST && index == 0);
  }

  Optional<Row> holding(Lease lease) {
    return rows.stream().filter(row -> row.held(lease)).findFirst();
  }

  /** The row that a lease is on, in doubt or not. */
  Optional<Row> owned(Lease lease) {
    return rows.stream()
        .filter(row -> row.lease != null && row.lease.key().equals(lease.key()))
        .findFirst();
  }

  /** The row of a lease that may be handed over: to be limited, it may be in doubt. */
  Optional<Row> handing(Lease lease) {
    return lease.mustBeCounted() ? holding(lease) : owned(lease);
  }

  /** Carries out a settlement of a leased or committed row. */
  void settle(Row row, Event event, Operation.Settlement settlement) {
    Lease lease = row.lease;
    if (settlement instanceof Operation.Complete) {
      row.attempts = lease.attempt();
      move(row, event, COMPLETED);
    } else if (settlement instanceof Operation.Retry retry) {
      RetryVerdict verdict = lease.policy().afterFailure(lease.attempt(), retry.delay());
      conclude(row, event, verdict, AttemptOutcome.RETRIED, "");
    } else if (settlement instanceof Operation.Reject reject) {
      conclude(row, event, lease.policy().giveUp(), AttemptOutcome.REJECTED, reject.reason());
    }
  }

  /** Carries out what a policy says after an attempt that did not complete. */
  FailureResult conclude(
      Row row, Event event, RetryVerdict verdict, AttemptOutcome outcome, String error) {
    Instant now = clock.now();
    row.attempts = row.lease.attempt();
    if (verdict instanceof RetryVerdict.Again again) {
      row.availableAt = now.plus(again.delay());
      row.claimedAlone |= outcome == AttemptOutcome.EXPIRED;
      move(row, event, row.availableAt.isAfter(now) ? SCHEDULED : READY);
      return new FailureResult.Rescheduled(row.availableAt);
    }
    if (verdict instanceof RetryVerdict.ToDeadLetterQueue target) {
      move(row, event, DEAD_LETTERED);
      begin(deadLetter(row, target.queue(), outcome, error, now), now);
      return new FailureResult.DeadLettered(target.queue());
    }
    move(row, event, DEAD);
    return new FailureResult.SettledDead();
  }

  private MessageData deadLetter(
      Row row, QueueName queue, AttemptOutcome outcome, String error, Instant now) {
    MessageData origin = row.message;
    DeadLetter reason =
        new DeadLetter(origin.queue().toString(), GROUP, row.attempts, outcome, error, now);
    return new MessageData(
        origin.id(),
        queue,
        ++positions,
        origin.timestamp(),
        origin.contentType(),
        origin.body(),
        origin.headers(),
        origin.priority(),
        origin.correlationId(),
        reason,
        origin.orderingKey(),
        origin.producerId(),
        origin.sequence());
  }
}
