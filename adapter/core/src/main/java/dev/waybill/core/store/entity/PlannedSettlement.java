package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/** What a prepared branch will do to a lease when it commits. */
@Entity
@Table(name = "wb_plan")
@IdClass(PlannedSettlement.Key.class)
public class PlannedSettlement {

  @Id
  @Column(name = "branch_key")
  private String branchKey;

  @Id private int ordinal;

  private long position;

  @Column(name = "group_id")
  private long groupId;

  private String kind;

  @Column(name = "delay")
  private Long delayMicros;

  private String reason;

  /** For JPA. */
  protected PlannedSettlement() {}

  /** The branch. */
  public String branchKey() {
    return branchKey;
  }

  /** The order in the branch. */
  public int ordinal() {
    return ordinal;
  }

  /** The message. */
  public long position() {
    return position;
  }

  /** The group. */
  public long groupId() {
    return groupId;
  }

  /** COMPLETE, RETRY or REJECT. */
  public String kind() {
    return kind;
  }

  /** The delay a retry asked for; null if none. */
  public Long delayMicros() {
    return delayMicros;
  }

  /** The reason of a rejection. */
  public String reason() {
    return reason;
  }

  /** The key. JPA wants a class with fields of these names. */
  public static class Key implements Serializable {

    private static final long serialVersionUID = 1L;

    private String branchKey;
    private int ordinal;

    /** For JPA. */
    public Key() {}

    /** A key. */
    public Key(String branchKey, int ordinal) {
      this.branchKey = branchKey;
      this.ordinal = ordinal;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && branchKey.equals(key.branchKey) && ordinal == key.ordinal;
    }

    @Override
    public int hashCode() {
      return java.util.Objects.hash(branchKey, ordinal);
    }
  }
}
