package dev.waybill.core.store.entity;

import dev.waybill.core.model.DeliveryState;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;

/** What a group owes for a message: the row that arbitrates it. */
@Entity
@Table(name = "wb_delivery")
@IdClass(Delivery.Key.class)
public class Delivery {

  @Id private long position;

  @Id
  @Column(name = "group_id")
  private long groupId;

  @Column(name = "queue_id")
  private long queueId;

  @Enumerated(EnumType.STRING)
  private DeliveryState state;

  @Column(name = "available_at")
  private long availableAtMicros;

  @Column(name = "claim_rank")
  private long claimRankMicros;

  private int priority;

  private int attempts;

  @Column(name = "claim_alone")
  private boolean claimAlone;

  @Convert(converter = OptionalUuid.class)
  @Column(name = "lease_token")
  private UUID leaseToken;

  @Column(name = "branch_key")
  private String branchKey;

  /** For JPA. */
  protected Delivery() {}

  /** The message. */
  public long position() {
    return position;
  }

  /** The group. */
  public long groupId() {
    return groupId;
  }

  /** The queue. */
  public long queueId() {
    return queueId;
  }

  /** Where it stands: on its row, a leased one is READY with a token. */
  public DeliveryState state() {
    return state == DeliveryState.READY && leaseToken != null ? DeliveryState.LEASED : state;
  }

  /** Since or from when it is available. */
  public long availableAtMicros() {
    return availableAtMicros;
  }

  /**
   * The order inside its state: of READY and leased ones the claim order (available at, less what
   * its priority is worth), of SCHEDULED ones the time they are due, of DEAD ones the time they
   * died.
   */
  public long claimRankMicros() {
    return claimRankMicros;
  }

  /** 0 to 9. */
  public int priority() {
    return priority;
  }

  /** Attempts counted so far. */
  public int attempts() {
    return attempts;
  }

  /** Whether an attempt was lost with the block it was leased in: it is not leased ahead again. */
  public boolean claimAlone() {
    return claimAlone;
  }

  /** The fence of the lease that owns it; null if none. */
  public UUID leaseToken() {
    return leaseToken;
  }

  /** The prepared branch that settled it, while undecided. */
  public String branchKey() {
    return branchKey;
  }

  /** The key. JPA wants a class with fields of these names. */
  public static class Key implements Serializable {

    private static final long serialVersionUID = 1L;

    private long position;
    private long groupId;

    /** For JPA. */
    public Key() {}

    /** A key. */
    public Key(long position, long groupId) {
      this.position = position;
      this.groupId = groupId;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && position == key.position && groupId == key.groupId;
    }

    @Override
    public int hashCode() {
      return java.util.Objects.hash(position, groupId);
    }
  }
}
