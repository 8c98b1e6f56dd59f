package dev.waybill.core.model;

import java.time.Duration;

/**
 * What the store knows of a queue.
 *
 * @param name its name
 * @param defaultDelay how long messages without a delay of their own stay hidden, 0 or more
 */
public record QueueSettings(QueueName name, Duration defaultDelay) {}
