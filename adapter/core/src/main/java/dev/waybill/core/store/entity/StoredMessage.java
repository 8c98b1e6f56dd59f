package dev.waybill.core.store.entity;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.ContentType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.Table;
import java.util.UUID;

/** A message, the same for every group; never changed but for its branch. */
@Entity
@Table(name = "wb_message")
public class StoredMessage {

  @Id private long position;

  private UUID id;

  @Column(name = "queue_id")
  private long queueId;

  @Column(name = "sent_at")
  private long sentAtMicros;

  @Enumerated(EnumType.STRING)
  @Column(name = "content_type")
  private ContentType contentType;

  private byte[] body;

  @Lob
  @Column(name = "large_body")
  private byte[] largeBody;

  private String headers;

  private int priority;

  @Column(name = "correlation_id")
  private String correlationId;

  @Column(name = "ordering_key")
  private String orderingKey;

  @Column(name = "producer_id")
  private String producerId;

  @Column(name = "producer_sequence")
  private Long producerSequence;

  @Column(name = "available_at")
  private long availableAtMicros;

  @Column(name = "origin_queue")
  private String originQueue;

  @Column(name = "origin_group")
  private String originGroup;

  private Integer attempts;

  @Enumerated(EnumType.STRING)
  @Column(name = "last_outcome")
  private AttemptOutcome lastOutcome;

  @Column(name = "last_error")
  private String lastError;

  @Column(name = "dead_at")
  private Long deadAtMicros;

  @Column(name = "branch_key")
  private String branchKey;

  /** For JPA. */
  protected StoredMessage() {}

  /** Its place, drawn from a sequence. */
  public long position() {
    return position;
  }

  /** The id given at the send. */
  public UUID id() {
    return id;
  }

  /** Where it is. */
  public long queueId() {
    return queueId;
  }

  /** When it was sent. */
  public long sentAtMicros() {
    return sentAtMicros;
  }

  /** How the body is encoded. */
  public ContentType contentType() {
    return contentType;
  }

  /** The body; null if it is kept as a large one. */
  public byte[] body() {
    return body;
  }

  /** The body, where it is too long for the column of small ones. */
  public byte[] largeBody() {
    return largeBody;
  }

  /** The headers as JSON text; null if there are none. */
  public String headers() {
    return headers;
  }

  /** 0 to 9. */
  public int priority() {
    return priority;
  }

  /** Free for the application; null if none. */
  public String correlationId() {
    return correlationId;
  }

  /** Messages with one key are delivered in order; null if none. */
  public String orderingKey() {
    return orderingKey;
  }

  /** Whose stream it was sent in; null if in none. */
  public String producerId() {
    return producerId;
  }

  /** Its number in that stream; null if it is in none. */
  public Long producerSequence() {
    return producerSequence;
  }

  /** The earliest time the sender wished it to be available. */
  public long availableAtMicros() {
    return availableAtMicros;
  }

  /** Of a dead letter: the queue it was sent to. */
  public String originQueue() {
    return originQueue;
  }

  /** Of a dead letter: the group that gave it up. */
  public String originGroup() {
    return originGroup;
  }

  /** Of a dead letter: how often it was tried. */
  public Integer attempts() {
    return attempts;
  }

  /** Of a dead letter: how the last attempt ended. */
  public AttemptOutcome lastOutcome() {
    return lastOutcome;
  }

  /** Of a dead letter: the last error. */
  public String lastError() {
    return lastError;
  }

  /** Of a dead letter: since when. */
  public Long deadAtMicros() {
    return deadAtMicros;
  }

  /** The branch that sent it, until that is committed and released. */
  public String branchKey() {
    return branchKey;
  }
}
