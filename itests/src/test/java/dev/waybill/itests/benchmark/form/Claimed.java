package dev.waybill.itests.benchmark.form;

import java.util.UUID;

/**
 * A message that this process has leased.
 *
 * @param position of the message
 * @param messageId its identity
 * @param body what it says
 * @param rank where it stood in the order of claims
 * @param key its ordering key; null for none
 * @param epoch of its delivery row when it was read
 * @param block what it was leased with
 */
record Claimed(
    long position, UUID messageId, byte[] body, long rank, Long key, int epoch, Block block) {}
