package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/** The fixed end of one lease, whatever its term. */
@Entity
@Table(name = "wb_lease_limit")
@IdClass(LeaseLimit.Key.class)
public class LeaseLimit {

  @Id private long position;

  @Id
  @Column(name = "group_id")
  private long groupId;

  @Id private UUID token;

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

  /** The key. JPA wants a class with fields of these names. */
  public static class Key implements Serializable {

    private static final long serialVersionUID = 1L;

    private long position;
    private long groupId;
    private UUID token;

    /** For JPA. */
    public Key() {}

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && position == key.position
          && groupId == key.groupId
          && Objects.equals(token, key.token);
    }

    @Override
    public int hashCode() {
      return Objects.hash(position, groupId, token);
    }
  }
}
