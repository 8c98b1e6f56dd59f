package dev.waybill.core.store.entity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.util.Optional;

/** A queue and its settings. */
@Entity
@Table(name = "wb_queue")
public class QueueDefinition {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "wb_queue_id")
  @SequenceGenerator(name = "wb_queue_id", sequenceName = "wb_id_seq", allocationSize = 1)
  private long id;

  private String name;

  @Column(name = "default_delay")
  private long defaultDelayMicros;

  @Column(name = "deduplication_window")
  private Long deduplicationWindowMicros;

  @Column(name = "created_at")
  private long createdAtMicros;

  /** For JPA. */
  protected QueueDefinition() {}

  /** A new queue. */
  public QueueDefinition(
      String name, long defaultDelayMicros, Long deduplicationWindowMicros, long createdAtMicros) {
    this.name = name;
    this.defaultDelayMicros = defaultDelayMicros;
    this.deduplicationWindowMicros = deduplicationWindowMicros;
    this.createdAtMicros = createdAtMicros;
  }

  /** The key. */
  public long id() {
    return id;
  }

  /** The name, {@code namespace:name}. */
  public String name() {
    return name;
  }

  /** How long messages without a delay of their own stay hidden. */
  public long defaultDelayMicros() {
    return defaultDelayMicros;
  }

  /** How long deduplication ids are remembered; empty: as the adapter says. */
  public Optional<Long> deduplicationWindowMicros() {
    return Optional.ofNullable(deduplicationWindowMicros);
  }

  /** Changes the settings. */
  public void configure(long defaultDelay, Long deduplicationWindow) {
    this.defaultDelayMicros = defaultDelay;
    this.deduplicationWindowMicros = deduplicationWindow;
  }

  /** When it was created. */
  public long createdAtMicros() {
    return createdAtMicros;
  }
}
