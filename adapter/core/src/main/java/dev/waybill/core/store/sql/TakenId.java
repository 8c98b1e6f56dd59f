package dev.waybill.core.store.sql;

import java.util.UUID;

/**
 * A deduplication id as a row.
 *
 * @param queueId the queue
 * @param id the deduplication id
 * @param messageId the message that was sent with it
 * @param expiresAtMicros until when it is remembered; of no meaning while it has a branch
 * @param keptForMicros how long it is remembered after the commit
 * @param branchKey the branch that is in doubt about it; null: it is taken with the commit
 */
public record TakenId(
    long queueId,
    String id,
    UUID messageId,
    long expiresAtMicros,
    long keptForMicros,
    String branchKey) {

  /** In the order of the columns. */
  Object[] insertArguments() {
    return new Object[] {queueId, id, messageId, expiresAtMicros, keptForMicros, branchKey};
  }

  /** The same, and then the time by which another's may have expired. */
  Object[] takeArguments(long nowMicros) {
    return new Object[] {
      queueId, id, messageId, expiresAtMicros, keptForMicros, branchKey, nowMicros
    };
  }
}
