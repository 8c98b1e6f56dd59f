package dev.waybill.core.model;

import java.time.Duration;

/**
 * What the store knows of a queue.
 *
 * @param name its name
 * @param defaultDelay how long messages without a delay of their own stay hidden, 0 or more
 * @param deduplicationWindow how long deduplication ids are remembered; null: the adapter's default
 */
public record QueueSettings(QueueName name, Duration defaultDelay, Duration deduplicationWindow) {

  /** With the adapter's default window. */
  public QueueSettings(QueueName name, Duration defaultDelay) {
    this(name, defaultDelay, null);
  }
}
