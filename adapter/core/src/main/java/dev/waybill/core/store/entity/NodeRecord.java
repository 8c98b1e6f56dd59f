package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A running node and when it was last seen alive. A node that stops removes it. */
@Entity
@Table(name = "wb_node")
public class NodeRecord {

  @Id private String id;

  private String incarnation;

  private String process;

  @Column(name = "seen_at")
  private long seenAtMicros;

  @Column(name = "transaction_manager")
  private String transactionManager;

  private boolean listening;

  /** For JPA. */
  protected NodeRecord() {}

  /** The stable name of the node. */
  public String id() {
    return id;
  }

  /** Its current start. */
  public String incarnation() {
    return incarnation;
  }

  /** The process it runs in. */
  public String process() {
    return process;
  }

  /** When it last said that it lives. */
  public long seenAtMicros() {
    return seenAtMicros;
  }

  /** The name by which its transaction manager knows its branches; null if not known. */
  public String transactionManager() {
    return transactionManager;
  }

  /** Whether it is told of messages by other nodes. */
  public boolean listening() {
    return listening;
  }
}
