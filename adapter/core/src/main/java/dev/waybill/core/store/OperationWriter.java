package dev.waybill.core.store;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes operations: at once, or as the plan of a prepared branch. Sends come first, settlements
 * last, so that the rows which a settlement locks are locked as briefly as possible.
 */
final class OperationWriter {

  private final MessageRows messages;
  private final LeaseEnding ending;
  private final QueueCatalog catalog;
  private final SentIdRows ids;
  private final StreamRows streams;
  private final WatermarkRows watermarks;

  OperationWriter(
      MessageRows messages,
      LeaseEnding ending,
      QueueCatalog catalog,
      SentIdRows ids,
      StreamRows streams,
      WatermarkRows watermarks) {
    this.messages = messages;
    this.ending = ending;
    this.catalog = catalog;
    this.ids = ids;
    this.streams = streams;
    this.watermarks = watermarks;
  }

  /** Operations whose queues are known, so that writing them needs no other transaction. */
  record Resolved(List<NewMessage> sends, List<Mark> marks, List<Decided> settlements) {

    boolean hasIds() {
      return sends.stream().anyMatch(message -> message.deduplication() != null);
    }

    boolean hasStreams() {
      return sends.stream().anyMatch(message -> message.stream() != null);
    }
  }

  /**
   * A settlement and what follows it.
   *
   * @param verdict null for a completion
   */
  record Decided(Settlement settlement, RetryVerdict verdict) {}

  /** Looks up (or creates) every queue that the operations touch. Before the transaction. */
  Resolved resolve(List<? extends Operation> operations) {
    List<NewMessage> sends = new ArrayList<>();
    List<Mark> marks = new ArrayList<>();
    List<Decided> settlements = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Enqueue enqueue) {
        catalog.id(enqueue.message().queue());
        sends.add(enqueue.message());
      } else if (operation instanceof Mark mark) {
        marks.add(mark);
      } else if (operation instanceof Settlement settlement) {
        settlements.add(new Decided(settlement, verdict(settlement)));
      }
    }
    return new Resolved(sends, marks, settlements);
  }

  private RetryVerdict verdict(Settlement settlement) {
    RetryVerdict asked = asked(settlement);
    return asked == null ? null : catalog.reachable(settlement.lease(), asked);
  }

  private static RetryVerdict asked(Settlement settlement) {
    Lease lease = settlement.lease();
    if (settlement instanceof Retry retry) {
      return lease.policy().afterFailure(lease.attempt(), retry.delay());
    }
    return settlement instanceof Reject ? lease.policy().giveUp() : null;
  }

  /** Logs what was given up and has no dead-letter queue: to be called after the commit. */
  static void logGivenUp(List<? extends Operation> committed) {
    for (Operation operation : committed) {
      if (operation instanceof Settlement settlement
          && asked(settlement) instanceof RetryVerdict.Dead) {
        StoreLog.settledDead(settlement.lease(), LeaseEnding.bounded(reason(settlement)));
      }
    }
  }

  private static String reason(Settlement settlement) {
    return settlement instanceof Reject reject ? reject.reason() : "asked to retry";
  }

  /** Writes operations that become visible with this transaction. */
  void write(Sql sql, Resolved operations, Instant now) {
    if (!operations.sends().isEmpty()) {
      ids.take(sql, operations.sends(), null, now);
      streams.advance(sql, operations.sends(), null);
      messages.insert(sql, operations.sends(), null, Micros.of(now));
    }
    for (Mark mark : operations.marks()) {
      if (!watermarks.raise(sql, mark)) {
        throw WatermarkRows.taken(mark);
      }
    }
    for (Decided decided : operations.settlements()) {
      carryOut(sql, decided, DeliveryState.LEASED, now);
    }
  }

  /** Carries out one settlement. */
  void carryOut(Sql sql, Decided decided, DeliveryState from, Instant now) {
    Lease lease = decided.settlement().lease();
    if (decided.settlement() instanceof Complete complete) {
      ending.complete(sql, lease, from, complete.response(), now);
    } else {
      AttemptOutcome outcome =
          decided.settlement() instanceof Reject ? AttemptOutcome.REJECTED : AttemptOutcome.RETRIED;
      ending.settle(
          sql, lease, from, decided.verdict(), outcome, reason(decided.settlement()), now);
    }
  }

  /**
   * Stores operations as the plan of a branch.
   *
   * @return the positions of its messages
   */
  List<Long> plan(Sql sql, Resolved operations, String branchKey, Instant now) {
    ids.take(sql, operations.sends(), branchKey, now);
    streams.advance(sql, operations.sends(), branchKey);
    List<Long> positions =
        operations.sends().isEmpty()
            ? List.of()
            : messages.insert(sql, operations.sends(), branchKey, Micros.of(now));
    int ordinal = 0;
    for (Mark mark : operations.marks()) {
      if (watermarks.isReached(sql, mark)) {
        throw WatermarkRows.taken(mark);
      }
      insertPlan(sql, branchKey, ordinal++, mark.lease(), Plan.MARK, null, null, null);
    }
    for (Decided decided : operations.settlements()) {
      Settlement settlement = decided.settlement();
      Lease lease = settlement.lease();
      int marked =
          LeaseEnding.fenced(sql, Statements.MARK_IN_DOUBT, lease, DeliveryState.LEASED, branchKey);
      if (marked == 0) {
        throw new LeaseLostException(lease);
      }
      insertPlan(
          sql,
          branchKey,
          ordinal++,
          lease,
          Plan.kind(settlement),
          Plan.delay(settlement),
          Plan.reason(settlement),
          Plan.response(settlement));
    }
    return positions;
  }

  private static void insertPlan(
      Sql sql,
      String branchKey,
      int ordinal,
      Lease lease,
      String kind,
      Long delay,
      String reason,
      String response) {
    sql.update(
        Statements.INSERT_PLAN,
        branchKey,
        ordinal,
        lease.delivery().position(),
        lease.delivery().groupId(),
        kind,
        delay,
        reason,
        response);
  }

  /** A settlement, or a mark, as columns. */
  static final class Plan {

    static final String MARK = "MARK";

    private Plan() {}

    static String kind(Settlement settlement) {
      return settlement instanceof Complete
          ? "COMPLETE"
          : settlement instanceof Retry ? "RETRY" : "REJECT";
    }

    static Long delay(Settlement settlement) {
      return settlement instanceof Retry retry ? retry.delay().map(Micros::of).orElse(null) : null;
    }

    static String reason(Settlement settlement) {
      return settlement instanceof Reject reject ? LeaseEnding.bounded(reject.reason()) : null;
    }

    static String response(Settlement settlement) {
      return settlement instanceof Complete complete ? complete.response() : null;
    }

    static Settlement read(
        Lease lease, String kind, Optional<Long> delay, String reason, String response) {
      return switch (kind) {
        case "COMPLETE" -> new Complete(lease, response);
        case "RETRY" -> {
          Optional<Duration> asked = delay.map(Micros::toDuration);
          yield new Retry(lease, asked);
        }
        default -> new Reject(lease, reason);
      };
    }
  }
}
