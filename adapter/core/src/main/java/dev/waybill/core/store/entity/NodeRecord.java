package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A node and when it was last seen alive. */
@Entity
@Table(name = "wb_node")
public class NodeRecord {

  @Id private String id;

  private String incarnation;

  @Column(name = "seen_at")
  private long seenAtMicros;

  /** For JPA. */
  protected NodeRecord() {}

  /** A node that was seen. */
  public NodeRecord(String id, String incarnation, long seenAtMicros) {
    this.id = id;
    this.incarnation = incarnation;
    this.seenAtMicros = seenAtMicros;
  }

  /** The stable name of the node. */
  public String id() {
    return id;
  }

  /** Its current start. */
  public String incarnation() {
    return incarnation;
  }

  /** When it last said so; 0 once it has stopped. */
  public long seenAtMicros() {
    return seenAtMicros;
  }
}
