package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.UndecidedException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Local transactions of the store. Statements that fail for contention are tried again while
 * nothing was promised; a COMMIT whose answer is lost is read back (rule C2).
 */
public final class Transactions {

  private static final int TRIES = 6;

  private final EntityManagerFactory factory;
  private final Dialect dialect;
  private final DurableCommits durable;
  private final boolean besideUsers;

  /**
   * Transactions on one persistence unit.
   *
   * @param factory the persistence unit
   * @param dialect knows what errors mean
   * @param durable what happens after a COMMIT that is reported
   * @param besideUsers whether transactions of users lock rows of the queue, too
   */
  public Transactions(
      EntityManagerFactory factory, Dialect dialect, DurableCommits durable, boolean besideUsers) {
    this.factory = factory;
    this.dialect = dialect;
    this.durable = durable;
    this.besideUsers = besideUsers;
  }

  /**
   * To be called first in work that may need a row which a user's open transaction has locked: it
   * then waits for a bounded time, and fails as contention (rule C4).
   */
  public void boundWaits(Sql sql) {
    if (besideUsers) {
      boundAllWaits(sql);
    }
  }

  /**
   * The same for work that may need a row of a transaction of ours whose connection was cut, and
   * which its database has not given up yet.
   */
  public void boundAllWaits(Sql sql) {
    dialect.boundedWaits().ifPresent(sql::update);
  }

  /**
   * To be called first in work that locks what all nodes need: a node that stands still in it does
   * not hold them up for long, where the database can see to that.
   */
  public void boundIdleness(Sql sql) {
    dialect.boundedIdleness().ifPresent(sql::update);
  }

  /**
   * Runs work whose effect does not have to outlast a power failure: it is done again if lost.
   *
   * @param what for messages
   * @param work may run several times
   */
  public <T> T repeatable(String what, Function<Sql, T> work) {
    return attempt(what, work, true, result -> false);
  }

  /**
   * Runs work that must not be done twice.
   *
   * @param what for messages
   * @param work may run several times while nothing is committed
   * @param happened asked after a lost COMMIT, on a fresh connection: whether it happened; may only
   *     say no if it never can
   */
  public <T> T readingBack(String what, Function<Sql, T> work, Predicate<T> happened) {
    return attempt(what, work, false, happened);
  }

  /** As {@link #readingBack}, and durable when it returns. */
  public <T> T durably(String what, Function<Sql, T> work, Predicate<T> happened) {
    T result = attempt(what, work, false, happened);
    durable.await();
    return result;
  }

  /** Returns once what was committed before is durable. */
  public void awaitDurable() {
    durable.await();
  }

  /** What an error means on this database. */
  public SqlFailure failure(RuntimeException error) {
    return SqlFailure.of(error, dialect);
  }

  private <T> T attempt(
      String what, Function<Sql, T> work, boolean repeatable, Predicate<T> happened) {
    for (int tries = 1; ; tries++) {
      Outcome<T> outcome;
      try {
        outcome = once(work);
      } catch (QueueException e) {
        throw e;
      } catch (RuntimeException e) {
        if (!factory.isOpen()) {
          throw closed(what, e);
        }
        if (SqlFailure.of(e, dialect) == SqlFailure.CONTENTION && tries < TRIES) {
          continue;
        }
        throw SqlFailure.toException(what, e, dialect, !(e instanceof NotRolledBackException));
      }
      if (outcome.commitError == null) {
        return outcome.result;
      }
      if (!repeatable && readBack(what, outcome, happened)) {
        return outcome.result;
      }
      if (!repeatable || tries >= TRIES) {
        throw new QueueException(
            Kind.UNAVAILABLE,
            "The queue's database lost a COMMIT ("
                + what
                + ": "
                + SqlFailure.rootMessage(outcome.commitError)
                + "). It did not happen and never will; try again.",
            outcome.commitError);
      }
    }
  }

  private static QueueException closed(String what, RuntimeException cause) {
    return new QueueException(
        Kind.UNAVAILABLE,
        "Waybill is stopped, or stopping, and its store is closed ("
            + what
            + "). Nothing was done. Make the call again after the start; what was received before is"
            + " settled then by its lease, with the QueueReceiver.",
        cause);
  }

  private <T> boolean readBack(String what, Outcome<T> outcome, Predicate<T> happened) {
    try {
      return happened.test(outcome.result);
    } catch (RuntimeException e) {
      e.addSuppressed(outcome.commitError);
      throw new UndecidedException(
          "The answer to a COMMIT of the queue's database was lost ("
              + what
              + ": "
              + SqlFailure.rootMessage(outcome.commitError)
              + "), and whether it happened cannot be read back now ("
              + SqlFailure.rootMessage(e)
              + "). Ask again once the database answers.",
          e);
    }
  }

  /**
   * Runs work and commits it, once. The result is kept even if the COMMIT failed, for the reading
   * back.
   */
  private <T> Outcome<T> once(Function<Sql, T> work) {
    EntityManager entityManager = factory.createEntityManager();
    try {
      EntityTransaction transaction = entityManager.getTransaction();
      transaction.begin();
      T result;
      try {
        result = work.apply(new Sql(entityManager));
        entityManager.flush();
      } catch (RuntimeException e) {
        throw rolledBack(transaction, e);
      }
      try {
        transaction.commit();
        return new Outcome<>(result, null);
      } catch (RuntimeException e) {
        return new Outcome<>(result, new CommitLostException(e));
      }
    } finally {
      entityManager.close();
    }
  }

  /** Rolls back; the error to throw says whether that worked. */
  private static RuntimeException rolledBack(
      EntityTransaction transaction, RuntimeException cause) {
    try {
      if (transaction.isActive()) {
        transaction.rollback();
      }
      return cause;
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      return cause instanceof QueueException ? cause : new NotRolledBackException(cause);
    }
  }

  /** Work failed, and so did its rollback. */
  private static final class NotRolledBackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotRolledBackException(Throwable cause) {
      super(cause);
    }
  }

  private record Outcome<T>(T result, CommitLostException commitError) {}
}
