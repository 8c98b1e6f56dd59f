package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** How long the leases of one activation live: the only row a renewal touches. */
@Entity
@Table(name = "wb_lease_term")
public class LeaseTerm {

  @Id private UUID id;

  private String consumer;

  @Column(name = "expires_at")
  private long expiresAtMicros;

  /** For JPA. */
  protected LeaseTerm() {}

  /** A new term. */
  public LeaseTerm(UUID id, String consumer, long expiresAtMicros) {
    this.id = id;
    this.consumer = consumer;
    this.expiresAtMicros = expiresAtMicros;
  }

  /** The key. */
  public UUID id() {
    return id;
  }

  /** Node and activation, for people. */
  public String consumer() {
    return consumer;
  }

  /** Its end; once it is closed, the time of that, negative. */
  public long expiresAtMicros() {
    return expiresAtMicros;
  }
}
