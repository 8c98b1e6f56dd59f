package dev.waybill.core.branch;

import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.QueueSettings;

/** The queues there are. Lookups are cheap; a queue that is not there is created on the way. */
public interface QueueDirectory {

  /**
   * The settings of a queue, which is created with defaults (in a commit of its own, never in the
   * caller's transaction) if it is not there.
   *
   * @param name the queue
   * @return its settings, possibly a few seconds old
   * @throws dev.waybill.api.QueueException {@code INVALID} if the queue is not there and queues are
   *     not created automatically; {@code UNAVAILABLE} if the store is out of reach
   */
  QueueSettings require(QueueName name);

  /**
   * Stores the settings of a queue, creating it if it is not there.
   *
   * @param settings the new settings
   */
  void configure(QueueSettings settings);
}
