package dev.waybill.core.store.sql;

import java.util.UUID;

/**
 * A delivery to be settled as completed.
 *
 * @param position the message
 * @param groupId the group
 * @param token the fence
 * @param state the state its row must have
 * @param messageId for the history
 * @param queue for the history
 * @param attempt for the history
 * @param consumer for the history
 * @param startedAtMicros for the history
 * @param endedAtMicros for the history
 * @param limited whether the lease may have an end of its own, to be removed
 */
public record Completion(
    long position,
    long groupId,
    UUID token,
    String state,
    UUID messageId,
    String queue,
    int attempt,
    String consumer,
    long startedAtMicros,
    long endedAtMicros,
    boolean limited) {}
