package dev.waybill.core.store;

import dev.waybill.core.model.QueueName;
import java.time.Duration;
import java.util.Set;

/**
 * Tells the nodes on one database of messages, without a promise: what gets lost is found by the
 * next poll. Thread-safe.
 */
public interface Notifications extends AutoCloseable {

  /** Whether another node listens: else nothing needs to be sent. As of the last beat. */
  boolean wanted();

  /**
   * Tells the others that messages may have become visible. A transaction of its own: not to be
   * called inside one.
   *
   * @param queues where
   * @throws dev.waybill.api.QueueException {@code UNAVAILABLE} if the database is out of reach
   */
  void send(Set<QueueName> queues);

  /**
   * Waits for word from other nodes, on a connection of its own, which it opens if it has none. For
   * one thread.
   *
   * @param atMost how long to wait
   * @return the queues they told of; empty if none did in time, and after {@link #close}
   * @throws dev.waybill.api.QueueException {@code UNAVAILABLE} if the connection is lost, which may
   *     have swallowed something
   */
  Set<QueueName> await(Duration atMost);

  /** Ends a wait of another thread soon, and lets go of the connection. */
  @Override
  void close();
}
