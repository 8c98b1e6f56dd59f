package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.UndecidedException;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.util.List;
import java.util.Optional;

/**
 * The rows of branches: one each, its key unique, inserted by the transaction whose outcome it
 * tells (rule C2).
 */
final class BranchRows {

  private static final String HELD_AT = "select held_at from wb_branch where id = ?";

  private static final String DECIDE =
      "update wb_branch set state = ?, decided_at = ?, held_at = null where id = ? and state = ?";

  private final Transactions transactions;
  private final StoreClock clock;
  private final String nodeId;
  private final String incarnation;

  BranchRows(Transactions transactions, StoreClock clock, StoreOptions options) {
    this.transactions = transactions;
    this.clock = clock;
    this.nodeId = options.nodeId();
    this.incarnation = options.incarnation();
  }

  /** Another transaction has already written the outcome of this branch. */
  static final class TakenException extends QueueException {

    private static final long serialVersionUID = 1L;

    TakenException(String key, Throwable cause) {
      super(Kind.CONFLICT, "Branch " + key + " has an outcome already.", cause);
    }
  }

  /**
   * A row as it was locked.
   *
   * @param first the first position of its messages; null if it sent none
   * @param last the last of them
   * @param hasIds whether it has deduplication ids
   * @param hasStreams whether it has messages of streams
   */
  record Locked(BranchState state, Long first, Long last, boolean hasIds, boolean hasStreams) {

    boolean hasMessages() {
      return first != null;
    }
  }

  /**
   * Inserts the outcome.
   *
   * @param positions of the messages, rising; empty if none has to be found again
   * @param hasIds whether there are deduplication ids that have to be found again
   * @param hasStreams whether there are streams that have to be found again
   * @throws TakenException if there is one, once its transaction is over
   */
  void insert(
      Sql sql,
      String key,
      BranchState state,
      List<Long> positions,
      boolean hasIds,
      boolean hasStreams) {
    long now = Micros.of(clock.now());
    boolean prepared = state == BranchState.PREPARED;
    try {
      sql.update(
          Statements.INSERT_BRANCH,
          key,
          state.name(),
          nodeId,
          incarnation,
          prepared ? now : null,
          prepared ? null : now,
          positions.isEmpty() ? null : positions.get(0),
          positions.isEmpty() ? null : positions.get(positions.size() - 1),
          hasIds,
          hasStreams);
    } catch (RuntimeException e) {
      if (transactions.failure(e) == SqlFailure.DUPLICATE) {
        throw new TakenException(key, e);
      }
      throw e;
    }
  }

  /** Reads and locks a branch; waits for a transaction that is changing it. */
  Locked lock(Sql sql, String key) {
    Optional<Row> row = sql.selectOne(Statements.LOCK_BRANCH, key);
    return row.map(
            found ->
                new Locked(
                    BranchState.valueOf(found.text(0)),
                    found.optionalNumber(1).orElse(null),
                    found.optionalNumber(2).orElse(null),
                    found.flag(3),
                    found.flag(4)))
        .orElse(new Locked(BranchState.UNKNOWN, null, null, false, false));
  }

  /** Refuses if a branch, locked before, is held. */
  void requireNotHeld(Sql sql, String key) {
    if (sql.selectOne(HELD_AT, key).flatMap(row -> row.optionalNumber(0)).isPresent()) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "Branch "
              + key
              + " is not rolled back: it is held for an operator, because recovery may have forgotten"
              + " that it was to be committed. Look at the business rows of its transaction. If they"
              + " were not committed, release it to recovery: update wb_branch set held_at = null"
              + " where id = '"
              + key
              + "'.");
    }
  }

  /** Moves a branch on, and ends its hold. */
  void decide(Sql sql, String key, BranchState from, BranchState to) {
    int changed = sql.update(DECIDE, to.name(), Micros.of(clock.now()), key, from.name());
    if (changed != 1) {
      throw new QueueException(
          Kind.INTERNAL, "Branch " + key + " is no longer " + from + " although it is locked.");
    }
  }

  /**
   * Whether a transaction whose COMMIT was lost did commit. Inserting the same key as ABORTED waits
   * for it if it is still running; success proves that it can never commit.
   */
  boolean readBack(String key) {
    try {
      transactions.repeatable(
          "read back branch " + key,
          sql -> {
            insert(sql, key, BranchState.ABORTED, List.of(), false, false);
            return null;
          });
      return false;
    } catch (TakenException e) {
      return state(key) != BranchState.ABORTED;
    }
  }

  /** The state, after any transaction that is changing or inserting it. */
  BranchState state(String key) {
    for (int i = 0; i < 3; i++) {
      BranchState found =
          transactions.repeatable("look at branch " + key, sql -> lock(sql, key).state());
      if (found != BranchState.UNKNOWN || !isBeingInserted(key)) {
        return found;
      }
    }
    throw new UndecidedException("Branch " + key + " keeps changing. Ask again.", null);
  }

  /** A row that another transaction has inserted but not committed is found by its key alone. */
  private boolean isBeingInserted(String key) {
    try {
      transactions.repeatable(
          "look at branch " + key,
          sql -> {
            insert(sql, key, BranchState.ABORTED, List.of(), false, false);
            throw new NobodyThere();
          });
      return false;
    } catch (NobodyThere e) {
      return false;
    } catch (TakenException e) {
      return true;
    }
  }

  /** Rolls the probe back. */
  private static final class NobodyThere extends QueueException {

    private static final long serialVersionUID = 1L;

    NobodyThere() {
      super(Kind.INTERNAL, "Nobody there.");
    }
  }
}
