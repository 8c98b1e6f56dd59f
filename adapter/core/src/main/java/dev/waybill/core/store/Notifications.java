package dev.waybill.core.store;

import java.time.Duration;

/**
 * Tells the nodes on one database of messages, without a promise: what gets lost is found by the
 * next poll. Thread-safe.
 */
public interface Notifications extends AutoCloseable {

  /** Whether another node listens: else nothing needs to be sent. As of the last beat. */
  boolean wanted();

  /**
   * Tells the others. A transaction of its own: not to be called inside one.
   *
   * @param news what
   * @throws dev.waybill.api.QueueException {@code UNAVAILABLE} if the database is out of reach
   */
  void send(News news);

  /**
   * Waits for word from other nodes, on a connection of its own, which it opens if it has none. For
   * one thread.
   *
   * @param atMost how long to wait
   * @return what they told, of answers only those for this start; nothing if none did in time, and
   *     after {@link #close}
   * @throws dev.waybill.api.QueueException {@code UNAVAILABLE} if the connection is lost, which may
   *     have swallowed something
   */
  News await(Duration atMost);

  /** Ends a wait of another thread soon, and lets go of the connection. */
  @Override
  void close();
}
