package dev.waybill.core.store.entity;

import dev.waybill.api.AttemptOutcome;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** One attempt of the past, kept for a time. */
@Entity
@Table(name = "wb_attempt")
public class Attempt {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private long id;

  @Column(name = "message_id")
  private UUID messageId;

  private String queue;

  @Column(name = "group_id")
  private long groupId;

  private int number;

  private String consumer;

  @Column(name = "started_at")
  private Long startedAtMicros;

  @Column(name = "ended_at")
  private long endedAtMicros;

  @Enumerated(EnumType.STRING)
  private AttemptOutcome outcome;

  private String error;

  /** For JPA. */
  protected Attempt() {}

  /** The key, rising with time. */
  public long id() {
    return id;
  }

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
}
