package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import java.time.Duration;
import java.time.Instant;

/** Another start of the adapter goes by the name of this node, and may be alive. */
public final class NodeNameTakenException extends QueueException {

  private static final long serialVersionUID = 1L;

  private final String holder;
  private final Instant seenAt;
  private final Duration freeAfter;

  NodeNameTakenException(String node, String holder, Instant seenAt, Duration freeAfter) {
    super(
        Kind.UNAVAILABLE,
        "Another running server on this database goes by the node name \""
            + node
            + "\"; fix: give each server its own nodeName.");
    this.holder = holder;
    this.seenAt = seenAt;
    this.freeAfter = freeAfter;
  }

  /** Whether the holder has given a sign of life since {@code earlier} was thrown. */
  public boolean provesLifeSince(NodeNameTakenException earlier) {
    return holder.equals(earlier.holder) && seenAt.isAfter(earlier.seenAt);
  }

  /** How long until the name is free, if its holder is gone. More than 0. */
  public Duration freeAfter() {
    return freeAfter;
  }
}
