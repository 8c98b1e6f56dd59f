package dev.waybill.core.store.entity;

import dev.waybill.core.branch.BranchState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A branch: while in doubt what recovery finds, afterwards its unique outcome and tombstone. */
@Entity
@Table(name = "wb_branch")
public class BranchRecord {

  @Id private String id;

  @Enumerated(EnumType.STRING)
  private BranchState state;

  @Column(name = "node_id")
  private String nodeId;

  private String incarnation;

  @Column(name = "prepared_at")
  private Long preparedAtMicros;

  @Column(name = "held_at")
  private Long heldAtMicros;

  @Column(name = "decided_at")
  private Long decidedAtMicros;

  @Column(name = "first_position")
  private Long firstPosition;

  @Column(name = "last_position")
  private Long lastPosition;

  /** For JPA. */
  protected BranchRecord() {}

  /** The key of the branch. */
  public String id() {
    return id;
  }

  /** Where it stands. */
  public BranchState state() {
    return state;
  }

  /** The node that wrote it. */
  public String nodeId() {
    return nodeId;
  }

  /** The start of that node. */
  public String incarnation() {
    return incarnation;
  }

  /** When it was prepared; null if it committed in one phase. */
  public Long preparedAtMicros() {
    return preparedAtMicros;
  }

  /** Since when it is held for an operator; null if it is not. */
  public Long heldAtMicros() {
    return heldAtMicros;
  }

  /** When it was decided; null while in doubt. */
  public Long decidedAtMicros() {
    return decidedAtMicros;
  }

  /** The first position of its messages; null if it sent none. */
  public Long firstPosition() {
    return firstPosition;
  }

  /** The last position of its messages. */
  public Long lastPosition() {
    return lastPosition;
  }
}
