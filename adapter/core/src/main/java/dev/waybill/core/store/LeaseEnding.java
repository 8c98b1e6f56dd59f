package dev.waybill.core.store;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.RetryVerdict;
import dev.waybill.core.store.sql.Completion;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.PortableSql;
import dev.waybill.core.store.sql.Sql;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Ends leases. Each end begins with one write on the delivery's own row, conditional on the lease's
 * token and the state it is expected in (rule C9): count 0 means the lease was lost.
 */
final class LeaseEnding {

  private static final int ERROR_LENGTH = 2000;

  private final Dialect dialect;
  private final MessageRows messages;
  private final QueueCatalog catalog;
  private final OwnBlocks blocks;
  private final AnswerRows answers;
  private final long ageingMicros;

  LeaseEnding(
      Dialect dialect,
      MessageRows messages,
      QueueCatalog catalog,
      OwnBlocks blocks,
      AnswerRows answers,
      long ageingMicros) {
    this.dialect = dialect;
    this.messages = messages;
    this.catalog = catalog;
    this.blocks = blocks;
    this.answers = answers;
    this.ageingMicros = ageingMicros;
  }

  /** The message is done; the response, if any, is for whoever waits. */
  void complete(Sql sql, Lease lease, DeliveryState from, String response, Instant now) {
    Completion done =
        new Completion(
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token(),
            onRow(from),
            lease.messageId(),
            lease.queue().toString(),
            lease.attempt(),
            lease.consumer(),
            Micros.of(lease.leasedAt()),
            Micros.of(now),
            blocks.mayBeLimited(lease));
    if (!dialect.complete(sql, done)) {
      throw new LeaseLostException(lease);
    }
    answers.completed(sql, lease, response, now);
    KeyNews.settled(sql, lease);
  }

  /** A leased delivery is READY on its row, with a token. */
  private static String onRow(DeliveryState state) {
    return state == DeliveryState.LEASED ? DeliveryState.READY.name() : state.name();
  }

  /** As {@link #end}, for a consumer's own decision. */
  void settle(
      Sql sql,
      Lease lease,
      DeliveryState from,
      RetryVerdict verdict,
      AttemptOutcome outcome,
      String reason,
      Instant now) {
    if (end(sql, lease, from, verdict, outcome, reason, now).isEmpty()) {
      throw new LeaseLostException(lease);
    }
  }

  /**
   * Ends a lease whose attempt did not complete.
   *
   * @param from the state the delivery is in
   * @param verdict what follows; its dead-letter queue is known to the catalog
   * @return what followed, empty if the lease was lost
   */
  Optional<FailureResult> end(
      Sql sql,
      Lease lease,
      DeliveryState from,
      RetryVerdict verdict,
      AttemptOutcome outcome,
      String error,
      Instant now) {
    String kept = bounded(error);
    FailureResult result;
    if (verdict instanceof RetryVerdict.Again again) {
      Instant at = now.plus(again.delay());
      if (!tryAgain(sql, lease, from, at, again.delay().isZero(), outcome)) {
        return Optional.empty();
      }
      result = new FailureResult.Rescheduled(at);
    } else if (verdict instanceof RetryVerdict.ToDeadLetterQueue dead) {
      if (fenced(sql, Statements.END_SETTLED, lease, from) == 0) {
        return Optional.empty();
      }
      deadLetter(sql, lease, catalog.id(dead.queue()), outcome, kept, now);
      result = new FailureResult.DeadLettered(dead.queue());
    } else {
      if (fenced(sql, Statements.END_DEAD, lease, from, Micros.of(now), lease.attempt()) == 0) {
        return Optional.empty();
      }
      result = new FailureResult.SettledDead();
    }
    boolean dead = !(result instanceof FailureResult.Rescheduled);
    recordAttempt(sql, lease, outcome, kept, dead, now);
    removeLimit(sql, lease);
    if (result instanceof FailureResult.DeadLettered) {
      removeMessage(sql, lease);
    }
    if (dead) {
      answers.deadLettered(sql, lease, kept, now);
      KeyNews.settled(sql, lease);
    }
    return Optional.of(result);
  }

  /**
   * Logs what was given up: to be called after the commit. That its dead-letter queue cannot be
   * reached was logged before.
   */
  static void log(Lease lease, FailureResult followed, String error) {
    if (followed instanceof FailureResult.SettledDead
        && lease.policy().deadLetterQueue().isEmpty()) {
      StoreLog.settledDead(lease, bounded(error));
    }
  }

  private boolean tryAgain(
      Sql sql, Lease lease, DeliveryState from, Instant at, boolean ready, AttemptOutcome outcome) {
    long micros = Micros.of(at);
    String state = ready ? "READY" : "SCHEDULED";
    long ageing = ready ? ageingMicros : 0;
    String statement =
        outcome == AttemptOutcome.EXPIRED ? Statements.END_EXPIRED : Statements.END_RETRY;
    int ended = fenced(sql, statement, lease, from, state, micros, micros, ageing, lease.attempt());
    return ended == 1;
  }

  private void deadLetter(
      Sql sql, Lease lease, long queueId, AttemptOutcome outcome, String error, Instant now) {
    long position = dialect.drawPositions(sql, 1).get(0);
    long micros = Micros.of(now);
    sql.update(
        Statements.COPY_DEAD_LETTER,
        position,
        queueId,
        micros,
        lease.queue().toString(),
        lease.delivery().groupId(),
        lease.attempt(),
        outcome.name(),
        error,
        micros,
        lease.delivery().position());
    messages.fanOut(sql, List.of(position), micros);
  }

  /** Gives a lease back whose attempt never started. Whether it was still there. */
  boolean giveBack(Sql sql, Lease lease) {
    int attempts = lease.attempt() - 1;
    if (fenced(sql, Statements.GIVE_BACK, lease, DeliveryState.LEASED, attempts) == 0) {
      return false;
    }
    removeLimit(sql, lease);
    return true;
  }

  /** Ends a lease that ran out before its attempt was counted. Whether it was still there. */
  boolean expireUncounted(Sql sql, Lease lease) {
    if (fenced(sql, Statements.EXPIRE_UNCOUNTED, lease, DeliveryState.LEASED) == 0) {
      return false;
    }
    removeLimit(sql, lease);
    return true;
  }

  /** Runs a statement that ends with the fence. */
  static int fenced(Sql sql, String statement, Lease lease, DeliveryState from, Object... leading) {
    return sql.update(
        statement,
        Sql.arguments(
            List.of(leading),
            List.of(
                lease.delivery().position(),
                lease.delivery().groupId(),
                lease.token(),
                onRow(from))));
  }

  private static void recordAttempt(
      Sql sql, Lease lease, AttemptOutcome outcome, String error, boolean dead, Instant now) {
    sql.update(
        PortableSql.INSERT_FAILED_ATTEMPT,
        lease.messageId(),
        lease.queue().toString(),
        lease.delivery().groupId(),
        lease.attempt(),
        lease.consumer(),
        Micros.of(lease.leasedAt()),
        Micros.of(now),
        outcome.name(),
        error,
        dead);
  }

  private void removeLimit(Sql sql, Lease lease) {
    if (blocks.mayBeLimited(lease)) {
      sql.update(
          PortableSql.DELETE_LIMIT,
          lease.delivery().position(),
          lease.delivery().groupId(),
          lease.token());
    }
  }

  /** The last group to settle a message removes it. */
  private static void removeMessage(Sql sql, Lease lease) {
    long position = lease.delivery().position();
    sql.update(PortableSql.DELETE_SETTLED_MESSAGE, position, position);
  }

  /** Errors are for people; they are cut where a column ends. */
  static String bounded(String error) {
    return error == null || error.length() <= ERROR_LENGTH
        ? error
        : error.substring(0, ERROR_LENGTH - 1) + "…";
  }
}
