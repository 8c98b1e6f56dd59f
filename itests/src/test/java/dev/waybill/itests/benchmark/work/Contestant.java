package dev.waybill.itests.benchmark.work;

import dev.waybill.itests.benchmark.database.Database;
import java.sql.SQLException;
import java.util.List;

/** A way to keep a queue in a database. */
public interface Contestant {

  /** As it stands in the table. */
  String name();

  /** Its tables. */
  List<String> tables(Database.Product product);

  /**
   * Opens it on its tables, filled with a backlog.
   *
   * @param database with {@link #tables}
   * @param backlog what is in the queue
   */
  Attempt open(Database database, List<Item> backlog) throws SQLException;

  /** A contestant at work. */
  interface Attempt extends AutoCloseable {

    /** Starts what runs beside the workers: the clock starts now. */
    void start() throws SQLException;

    /** A consumer, for one thread. */
    Consumer consumer() throws SQLException;

    /** A producer, for one thread. */
    Producer producer() throws SQLException;

    /** Returns once everything is done that was put off. */
    void finish() throws Exception;

    /** How many rows of any kind the queue still has that should be gone by now. */
    long left() throws SQLException;

    @Override
    void close();
  }

  /** Handles messages: one atomic unit each. */
  interface Consumer extends AutoCloseable {

    /**
     * Handles one.
     *
     * @return false if none was found
     */
    boolean handleOne() throws Exception;

    @Override
    void close() throws SQLException;
  }

  /** Sends messages: one atomic unit each. */
  interface Producer extends AutoCloseable {

    /** Places one order and sends it. */
    void send(Item item) throws Exception;

    @Override
    void close() throws SQLException;
  }
}
