package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;

/**
 * The lease on a delivery. Never changed: what ends a lease deletes it, what renews it is a
 * LeaseTerm or a LeaseLimit.
 */
@Entity
@Table(name = "wb_lease")
@IdClass(LeaseRow.Key.class)
public class LeaseRow {

  @Id private long position;

  @Id
  @Column(name = "group_id")
  private long groupId;

  private UUID token;

  @Column(name = "term_id")
  private UUID termId;

  private String queue;

  @Column(name = "message_id")
  private UUID messageId;

  private int attempt;

  private boolean counted;

  private String policy;

  @Column(name = "leased_at")
  private long leasedAtMicros;

  /** For JPA. */
  protected LeaseRow() {}

  /** The message. */
  public long position() {
    return position;
  }

  /** The group. */
  public long groupId() {
    return groupId;
  }

  /** The fence. */
  public UUID token() {
    return token;
  }

  /** The term that keeps it alive. */
  public UUID termId() {
    return termId;
  }

  /** The name of the queue. */
  public String queue() {
    return queue;
  }

  /** The id of the message. */
  public UUID messageId() {
    return messageId;
  }

  /** The number of the attempt, from 1. */
  public int attempt() {
    return attempt;
  }

  /** Whether the attempt is counted on the delivery's row. */
  public boolean counted() {
    return counted;
  }

  /** The encoded retry policy. */
  public String policy() {
    return policy;
  }

  /** When it was claimed. */
  public long leasedAtMicros() {
    return leasedAtMicros;
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
