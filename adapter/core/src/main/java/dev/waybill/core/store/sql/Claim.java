package dev.waybill.core.store.sql;

import dev.waybill.core.model.ClaimManner;
import java.util.UUID;

/**
 * A block to be leased from one group.
 *
 * @param token marks the deliveries of the block
 * @param termId keeps it alive
 * @param groupId the group
 * @param queue the name of its queue
 * @param policy the encoded retry policy
 * @param nowMicros when it is leased
 * @param fromRank where the scan begins; {@link Long#MIN_VALUE}: at the head
 * @param count how many deliveries at most, 1 to {@link #LARGEST}
 * @param manner what it may take
 */
public record Claim(
    UUID token,
    UUID termId,
    long groupId,
    String queue,
    String policy,
    long nowMicros,
    long fromRank,
    int count,
    ClaimManner manner) {

  /** As many positions as a block's row has room for. */
  public static final int LARGEST = 100;

  /**
   * What was leased.
   *
   * @param rows in claim order: the columns of {@link PortableSql#MESSAGE_COLUMNS}, then the
   *     attempts before this one, then the claim rank
   * @param counted whether the attempts are counted
   */
  public record Block(java.util.List<Row> rows, boolean counted) {

    /** The column of the attempts. */
    public static final int ATTEMPTS = 19;

    /** The column of the claim rank. */
    public static final int RANK = 20;
  }
}
