package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What differs between databases. Everything else is written once, in SQL that all understand. */
public interface Dialect {

  /** The product name as its driver reports it. */
  String product();

  /** The folder of its schema scripts, below this package's parent. */
  String scriptFolder();

  /** The class of its JDBC driver. */
  String driverClass();

  /**
   * The coordinates of the driver where the adapter does not bring it along: the server has to.
   * Empty where it does.
   */
  default Optional<String> driverOfServer() {
    return Optional.empty();
  }

  /** The oldest version that it may have. */
  Version oldest();

  /**
   * A query of the settings that may lose a commit which was reported: one text for people each,
   * for the session that asks. Empty where no setting of a session or server does.
   */
  default Optional<String> durabilityQuery() {
    return Optional.empty();
  }

  /** A version of a database, as people name it. */
  record Version(int major, int minor) implements Comparable<Version> {

    @Override
    public int compareTo(Version other) {
      return Comparator.comparingInt(Version::major)
          .thenComparingInt(Version::minor)
          .compare(this, other);
    }

    @Override
    public String toString() {
      return minor == 0 ? String.valueOf(major) : major + "." + minor;
    }
  }

  /** A statement that the adapter's own connections begin with. */
  default Optional<String> sessionStart() {
    return Optional.empty();
  }

  /** A query of the database's clock: microseconds since 1970, not frozen by a transaction. */
  String clockQuery();

  /** Draws positions for messages, rising. */
  List<Long> drawPositions(Sql sql, int count);

  /**
   * Inserts messages.
   *
   * @param messages of each: id, queue id, sent at, content type, body, large body, headers,
   *     priority, correlation id, available at, branch key, ordering key, who waits, producer id,
   *     sequence
   * @return their positions, rising
   */
  List<Long> insert(Sql sql, List<Object[]> messages);

  /**
   * Inserts messages that stand in no line and are visible, and owed to every group of their
   * queues, with the commit.
   *
   * @param messages as for {@link #insert}
   * @param ageingMicros what one step of priority is worth
   * @return their positions, rising
   */
  List<Long> send(Sql sql, List<Object[]> messages, long nowMicros, long ageingMicros);

  /**
   * Leases READY deliveries of a group in claim order, skipping what others have locked: locks
   * them, marks them, writes the block's row and reads the messages.
   */
  Claim.Block claim(Sql sql, Claim claim);

  /**
   * Settles a completed delivery: one conditional write on its row (rule C9), its attempt added to
   * the history, and the message removed if no other group is owed it.
   *
   * @return false if the lease was lost, and then nothing was done
   */
  boolean complete(Sql sql, Completion done);

  /**
   * Locks SCHEDULED deliveries of a group that are due, skipping what others have locked.
   *
   * @param groupId the group
   * @param fromMicros due since then
   * @param dueMicros due until then
   * @param count how many at most
   * @return position, time due and priority, in order of that time
   */
  List<Row> lockDue(Sql sql, long groupId, long fromMicros, long dueMicros, int count);

  /**
   * Takes a deduplication id for a message, in one step that no other transaction gets between: it
   * waits for who is writing the same, takes what nobody has, and takes over what has expired.
   *
   * @return false if it is taken; a database that cannot tell so may fail as a duplicate instead,
   *     where that leaves the transaction as it was
   */
  boolean takeId(Sql sql, TakenId id, long nowMicros);

  /**
   * Runs work whose statements wait only briefly for each lock, and then fail as contention; the
   * rest of the transaction waits as before.
   */
  <T> T waitingBriefly(Sql sql, Supplier<T> work);

  /** Whether it has LISTEN and NOTIFY. */
  default boolean notifies() {
    return false;
  }

  /**
   * The statement that bounds how long the rest of a transaction waits for each lock; empty where
   * the database does so by itself.
   */
  default Optional<String> boundedWaits() {
    return Optional.empty();
  }

  /**
   * The statement that lets the database end the rest of a transaction whose process stands still;
   * empty where it cannot.
   */
  default Optional<String> boundedIdleness() {
    return Optional.empty();
  }

  /**
   * A query of the statements that let the database look again at tables which have outgrown what
   * its planner knows of them. Sessions keep the plans of their statements: one that was made when
   * a queue was empty may read a burst from end to end for each message. Empty where plans are made
   * without statistics, or are not kept.
   */
  default Optional<String> statisticsQuery() {
    return Optional.empty();
  }

  /**
   * The query of who holds back the removal of dead rows: a text for people, a mark that changes
   * when it makes progress, its age in microseconds (0 if unknown). Empty where old snapshots do no
   * harm.
   */
  default Optional<String> horizonQuery() {
    return Optional.empty();
  }

  /** Whether an error means that the connection or the database is gone. */
  boolean meansConnectionLost(SQLException error);

  /** Whether an error means that another transaction was in the way. */
  boolean meansContention(SQLException error);

  /** Whether an error means that a unique key is taken. */
  default boolean meansDuplicate(SQLException error) {
    return error.getSQLState() != null && error.getSQLState().startsWith("23505");
  }

  /**
   * The dialect of a database.
   *
   * @param product as its driver reports it
   * @param where for the message
   */
  static Dialect ofProduct(String product, String where) {
    return known().stream()
        .filter(dialect -> dialect.product().equals(product))
        .findFirst()
        .orElseThrow(() -> unknown(product, where));
  }

  /**
   * Refuses a database that is too old.
   *
   * @param found its version
   * @param text its version as it says itself
   * @param where for the message
   */
  default void requireVersion(Version found, String text, String where) {
    if (found.compareTo(oldest()) < 0) {
      throw new QueueException(
          Kind.INVALID,
          where
              + " leads to "
              + product()
              + " "
              + text
              + ", which is too old. Accepted: "
              + product()
              + " "
              + oldest()
              + " or later. Upgrade the database, or give the URL or DataSource of another.");
    }
  }

  /** The dialect of a JDBC URL. */
  static Dialect ofUrl(String url, String where) {
    return known().stream()
        .filter(dialect -> url.startsWith("jdbc:" + dialect.scriptFolder() + ":"))
        .findFirst()
        .orElseThrow(() -> unknown(url.split(":(?=[^:]*$)|[/?;]", 2)[0], where));
  }

  /** The dialect of a JDBC URL, empty if none is known. */
  static Optional<Dialect> find(String url) {
    return known().stream()
        .filter(dialect -> url.startsWith("jdbc:" + dialect.scriptFolder() + ":"))
        .findFirst();
  }

  /** Whether a class is the driver of a known database. */
  static boolean isDriver(String className) {
    return known().stream().anyMatch(dialect -> dialect.driverClass().equals(className));
  }

  private static List<Dialect> known() {
    return List.of(new H2Dialect(), new PostgresDialect(), new MariaDbDialect());
  }

  private static QueueException unknown(String what, String where) {
    return new QueueException(
        Kind.INVALID,
        where
            + " leads to the database \""
            + what
            + "\", which Waybill cannot use. Supported: H2, PostgreSQL, MariaDB. Give the URL or DataSource of"
            + " one of these.");
  }
}
