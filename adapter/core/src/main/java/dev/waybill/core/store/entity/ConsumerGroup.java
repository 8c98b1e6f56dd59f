package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;

/** An independent reader of one queue. */
@Entity
@Table(name = "wb_group")
public class ConsumerGroup {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "wb_group_id")
  @SequenceGenerator(name = "wb_group_id", sequenceName = "wb_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "queue_id")
  private long queueId;

  private String name;

  @Column(name = "created_at")
  private long createdAtMicros;

  /** For JPA. */
  protected ConsumerGroup() {}

  /** A new group. */
  public ConsumerGroup(long queueId, String name, long createdAtMicros) {
    this.queueId = queueId;
    this.name = name;
    this.createdAtMicros = createdAtMicros;
  }

  /** The key. */
  public long id() {
    return id;
  }

  /** The queue it reads. */
  public long queueId() {
    return queueId;
  }

  /** Its name, unique in the queue. */
  public String name() {
    return name;
  }

  /** When it was created. */
  public long createdAtMicros() {
    return createdAtMicros;
  }
}
