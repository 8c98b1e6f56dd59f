package dev.waybill.core.model;

import java.time.Duration;

/**
 * Limits and defaults of a send.
 *
 * @param maxMessageBytes body and headers of one message, in bytes
 * @param maxBatchMessages messages in one {@code sendBatch}
 * @param maxBatchBytes bodies and headers of one {@code sendBatch}, in bytes
 * @param maxDelay the longest delay of a send or a retry
 * @param maxResponseBytes the response of a consumer to a waiting sender, in bytes
 * @param deduplicationWindow how long deduplication ids are remembered where the queue does not say
 */
public record Limits(
    int maxMessageBytes,
    int maxBatchMessages,
    int maxBatchBytes,
    Duration maxDelay,
    int maxResponseBytes,
    Duration deduplicationWindow) {

  /**
   * 128 KiB a message, 100 messages or 256 KiB a batch, 12 h delay, 64 KiB a response, 1 h window.
   */
  public static final Limits DEFAULT =
      new Limits(128 * 1024, 100, 256 * 1024, Duration.ofHours(12), 64 * 1024, Duration.ofHours(1));
}
