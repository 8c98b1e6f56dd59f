package dev.waybill.core.store.entity;

import dev.waybill.api.AttemptOutcome;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/**
 * One attempt of the past, kept for a time. The table has no key of its own: nothing refers to an
 * attempt, and a message that is replayed has the same numbers again.
 */
@Entity
@Table(name = "wb_attempt")
@IdClass(Attempt.Key.class)
public class Attempt {

  @Id
  @Column(name = "message_id")
  private UUID messageId;

  private String queue;

  @Id
  @Column(name = "group_id")
  private long groupId;

  @Id private int number;

  private String consumer;

  @Column(name = "started_at")
  private Long startedAtMicros;

  @Id
  @Column(name = "ended_at")
  private long endedAtMicros;

  @Enumerated(EnumType.STRING)
  private AttemptOutcome outcome;

  private String error;

  /** For JPA. */
  protected Attempt() {}

  /** The message. */
  public UUID messageId() {
    return messageId;
  }

  /** The name of the queue. */
  public String queue() {
    return queue;
  }

  /** The group. */
  public long groupId() {
    return groupId;
  }

  /** From 1. */
  public int number() {
    return number;
  }

  /** Who tried; null if the term is gone. */
  public String consumer() {
    return consumer;
  }

  /** When its lease was claimed. */
  public Long startedAtMicros() {
    return startedAtMicros;
  }

  /** When it ended. */
  public long endedAtMicros() {
    return endedAtMicros;
  }

  /** How it ended. */
  public AttemptOutcome outcome() {
    return outcome;
  }

  /** The error or reason; null if none. */
  public String error() {
    return error;
  }

  /** What tells attempts apart. JPA wants a class with fields of these names. */
  public static class Key implements Serializable {

    private static final long serialVersionUID = 1L;

    private UUID messageId;
    private long groupId;
    private int number;
    private long endedAtMicros;

    /** For JPA. */
    public Key() {}

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && Objects.equals(messageId, key.messageId)
          && groupId == key.groupId
          && number == key.number
          && endedAtMicros == key.endedAtMicros;
    }

    @Override
    public int hashCode() {
      return Objects.hash(messageId, groupId, number, endedAtMicros);
    }
  }
}
