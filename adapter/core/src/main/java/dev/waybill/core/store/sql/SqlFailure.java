package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** What an error of the database means for the caller. */
public enum SqlFailure {
  /** A deadlock, a lock that was not to be had in time, a serialisation failure: try again. */
  CONTENTION,
  /** A unique key is taken. */
  DUPLICATE,
  /** The database is out of reach, or out of disk, memory or connections. */
  CONNECTION,
  /** Anything else: trying again would not help. */
  OTHER;

  private static final String INSUFFICIENT_RESOURCES = "53";

  /**
   * Reads the causes of an error.
   *
   * @param error an error of the persistence provider or the driver
   * @param dialect knows the codes of its database
   */
  public static SqlFailure of(Throwable error, Dialect dialect) {
    SqlFailure found = OTHER;
    Set<Throwable> seen = new HashSet<>();
    Deque<Throwable> open = new ArrayDeque<>();
    open.add(error);
    while (found == OTHER && !open.isEmpty()) {
      Throwable next = open.remove();
      if (next == null || !seen.add(next)) {
        continue;
      }
      if (next instanceof SQLException sql) {
        found = classify(sql, dialect);
        if (sql.getNextException() != null) {
          open.add(sql.getNextException());
        }
      }
      if (next.getCause() != null) {
        open.add(next.getCause());
      }
    }
    return found;
  }

  private static SqlFailure classify(SQLException error, Dialect dialect) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    // Every refusal of a database has a state; pools complain without one: none was free in time,
    // the connection is closed.
    if (state.isEmpty()
        || state.startsWith("08")
        || state.startsWith(INSUFFICIENT_RESOURCES)
        || error instanceof SQLTransientConnectionException
        || error instanceof SQLNonTransientConnectionException
        || error instanceof SQLRecoverableException
        || dialect.meansConnectionLost(error)) {
      return CONNECTION;
    }
    if (state.startsWith("40") || dialect.meansContention(error)) {
      return CONTENTION;
    }
    return dialect.meansDuplicate(error) ? DUPLICATE : OTHER;
  }

  /**
   * The error a caller of the store sees. A refused statement is {@code INTERNAL}; it is retryable
   * if its whole transaction was rolled back and the refusal is not about the statement itself (bad
   * data, a constraint, a missing table or right), which would be refused again.
   *
   * @param rolledBack whether everything the transaction did is certainly undone
   */
  static QueueException toException(
      String what, RuntimeException error, Dialect dialect, boolean rolledBack) {
    return switch (of(error, dialect)) {
      case CONNECTION ->
          new QueueException(
              Kind.UNAVAILABLE,
              "The queue's database is out of reach ("
                  + what
                  + ": "
                  + rootMessage(error)
                  + "). Nothing was done; try again once it answers.",
              error);
      case CONTENTION ->
          new QueueException(
              Kind.UNAVAILABLE,
              "The queue's database was busy with conflicting transactions ("
                  + what
                  + ": "
                  + rootMessage(error)
                  + "). Nothing was done; try again.",
              error);
      case DUPLICATE, OTHER -> refused(what, error, rolledBack && !isAboutTheStatement(error));
    };
  }

  private static QueueException refused(String what, RuntimeException error, boolean retryable) {
    return new QueueException(
        Kind.INTERNAL,
        "The queue's database refused a statement ("
            + what
            + ": "
            + rootMessage(error)
            + "). Nothing was done. "
            + (retryable
                ? "The same call may be made again; if it is refused again, look at the database's"
                    + " log."
                : "Made again it would be refused again, as long as the database and its schema stay"
                    + " as they are: look at the cause, and at the database's log."),
        error,
        retryable);
  }

  /** Classes 22 (data), 23 (constraints) and 42 (names, rights, syntax) of the SQL standard. */
  private static boolean isAboutTheStatement(Throwable error) {
    Set<Throwable> seen = new HashSet<>();
    for (Throwable next = error; next != null && seen.add(next); next = next.getCause()) {
      if (next instanceof SQLException sql) {
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
      }
    }
    // Not the database's refusal at all: a mistake of ours, which stays one.
    return true;
  }

  /** The innermost message, on one line. */
  public static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    if (message == null) {
      return root.getClass().getSimpleName();
    }
    int lineEnd = message.indexOf('\n');
    return lineEnd < 0 ? message : message.substring(0, lineEnd).trim();
  }
}
