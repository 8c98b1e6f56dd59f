package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** The fixed end of one lease, whatever its term. */
@Entity
@Table(name = "wb_lease_limit")
public class LeaseLimit {

  @Id private UUID token;

  private long position;

  @Column(name = "group_id")
  private long groupId;

  @Column(name = "expires_at")
  private long expiresAtMicros;

  /** For JPA. */
  protected LeaseLimit() {}

  /** The lease's fence. */
  public UUID token() {
    return token;
  }

  /** The message. */
  public long position() {
    return position;
  }

  /** The group. */
  public long groupId() {
    return groupId;
  }

  /** The end. */
  public long expiresAtMicros() {
    return expiresAtMicros;
  }
}
