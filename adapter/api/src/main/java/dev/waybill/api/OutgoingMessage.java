package dev.waybill.api;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message to be sent: immutable, made by a {@link Builder}. It is checked and encoded when it is
 * sent, not when it is built, so that limits and defaults are those of the queue.
 *
 * <pre>{@code
 * producer.send(OutgoingMessage.to("app:orders").json(order).header("tenant", "t-1").build());
 * }</pre>
 */
public final class OutgoingMessage {

  private final String queue;
  private final ContentType contentType;
  private final Object body;
  private final Map<String, Object> headers;
  private final Integer priority;
  private final String correlationId;
  private final String orderingKey;
  private final Duration delay;
  private final Instant deliverAt;
  private final String deduplicationId;

  private OutgoingMessage(Builder builder) {
    this.queue = builder.queue;
    this.contentType = builder.contentType;
    this.body = builder.body;
    this.headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
    this.priority = builder.priority;
    this.correlationId = builder.correlationId;
    this.orderingKey = builder.orderingKey;
    this.delay = builder.delay;
    this.deliverAt = builder.deliverAt;
    this.deduplicationId = builder.deduplicationId;
  }

  private OutgoingMessage(String queue, OutgoingMessage other) {
    this.queue = queue;
    this.contentType = other.contentType;
    this.body = other.body;
    this.headers = other.headers;
    this.priority = other.priority;
    this.correlationId = other.correlationId;
    this.orderingKey = other.orderingKey;
    this.delay = other.delay;
    this.deliverAt = other.deliverAt;
    this.deduplicationId = other.deduplicationId;
  }

  /**
   * Starts a message.
   *
   * @param queue where it goes, {@code namespace:name}, both parts {@code [A-Za-z0-9._-]{1,100}}
   * @return a builder that still needs a body
   */
  public static Builder to(String queue) {
    return new Builder(queue);
  }

  /**
   * Starts a message that names no queue, for a producer of one queue.
   *
   * @return a builder that still needs a body
   * @see dev.waybill.api.cdi.Queue
   */
  public static Builder unaddressed() {
    return new Builder(null);
  }

  /**
   * The same message for another queue.
   *
   * @param queue where it goes
   * @return a message, with nothing else changed
   */
  public OutgoingMessage addressedTo(String queue) {
    return new OutgoingMessage(queue, this);
  }

  /** Where it goes, {@code namespace:name}; null if it is {@linkplain #unaddressed unaddressed}. */
  public String queue() {
    return queue;
  }

  /** How {@link #body()} is to be encoded; null when no body was given. */
  public ContentType contentType() {
    return contentType;
  }

  /** The body as given: a String, a byte array, or an object to encode; null when not given. */
  public Object body() {
    return body instanceof byte[] bytes ? bytes.clone() : body;
  }

  /** The headers, in the order they were given. Not modifiable. */
  public Map<String, Object> headers() {
    return headers;
  }

  /** The priority set by the builder, if any; the header {@code priority} may set it too. */
  public Optional<Integer> priority() {
    return Optional.ofNullable(priority);
  }

  /** The correlation id set by the builder, if any; the header may set it too. */
  public Optional<String> correlationId() {
    return Optional.ofNullable(correlationId);
  }

  /** The key whose messages are delivered in order and one at a time, if any. */
  public Optional<String> orderingKey() {
    return Optional.ofNullable(orderingKey);
  }

  /** How long after the send it becomes available; empty: the queue's default delay. */
  public Optional<Duration> delay() {
    return Optional.ofNullable(delay);
  }

  /** When it becomes available; excludes {@link #delay()}. */
  public Optional<Instant> deliverAt() {
    return Optional.ofNullable(deliverAt);
  }

  /** What makes repeating the send harmless, if anything does. */
  public Optional<String> deduplicationId() {
    return Optional.ofNullable(deduplicationId);
  }

  @Override
  public String toString() {
    return "OutgoingMessage[queue=" + queue + ", contentType=" + contentType + "]";
  }

  /** Collects the parts of an {@link OutgoingMessage}. Not thread-safe. */
  public static final class Builder {

    private final String queue;
    private final Map<String, Object> headers = new LinkedHashMap<>();
    private ContentType contentType;
    private Object body;
    private Integer priority;
    private String correlationId;
    private String orderingKey;
    private Duration delay;
    private Instant deliverAt;
    private String deduplicationId;

    private Builder(String queue) {
      this.queue = queue;
    }

    /**
     * A body of characters, stored as UTF-8.
     *
     * @param text not null, not empty
     * @return this builder
     */
    public Builder text(String text) {
      return body(ContentType.TEXT, text);
    }

    /**
     * A body written by Jakarta JSON Binding when the message is sent.
     *
     * @param object not null; anything JSON-B can write
     * @return this builder
     */
    public Builder json(Object object) {
      return body(ContentType.JSON, object);
    }

    /**
     * A body of bytes, copied.
     *
     * @param bytes not null, not empty
     * @return this builder
     */
    public Builder bytes(byte[] bytes) {
      return body(ContentType.BYTES, bytes == null ? null : bytes.clone());
    }

    /**
     * A body in Java's serialisation, written when the message is sent. Prefer {@link #json}: such
     * a body ties sender and receiver to one version of the classes.
     *
     * @param object not null; every class in it must be listed in the adapter's property {@code
     *     allowedJavaClasses}, which is empty by default
     * @return this builder
     */
    public Builder java(Serializable object) {
      return body(ContentType.JAVA, object);
    }

    private Builder body(ContentType type, Object value) {
      this.contentType = type;
      this.body = value;
      return this;
    }

    /**
     * A header, free for routing and tracing. {@code priority} and {@code correlation_id} also set
     * the property of that name when the builder does not. Names that start with {@code waybill-}
     * are reserved and refused by {@code send}.
     *
     * @param name not null, not blank
     * @param value a String, Number or Boolean
     * @return this builder
     * @throws NullPointerException if the name is null; everything else is checked by {@code send}
     */
    public Builder header(String name, Object value) {
      headers.put(Objects.requireNonNull(name, "header name"), value);
      return this;
    }

    /**
     * The priority.
     *
     * @param priority 0 (last) to 9 (first); 4 when neither this nor the header is given
     * @return this builder
     */
    public Builder priority(int priority) {
      this.priority = priority;
      return this;
    }

    /**
     * The correlation id, free for the application.
     *
     * @param correlationId up to 255 characters
     * @return this builder
     */
    public Builder correlationId(String correlationId) {
      this.correlationId = correlationId;
      return this;
    }

    /**
     * The ordering key: messages of one queue with the same key are delivered to each consumer
     * group strictly in order and one at a time. The next waits until the one before it is settled
     * for good (completed, dead-lettered or settled as dead); a retry, a delay or a priority of the
     * first holds up its key only. Keys do not hold each other up.
     *
     * <p>Inside one transaction the order is that of the sends. Between transactions it is that of
     * their commits (of their release, where they commit in two phases): what was sent after
     * another's commit had returned comes after it; two that overlap may come either way. Senders
     * never wait for each other.
     *
     * <p>In a dead-letter queue the message keeps its key, but is not held in order there.
     *
     * @param orderingKey 1 to 255 characters, not blank, compared as they are; null: none
     * @return this builder
     */
    public Builder orderingKey(String orderingKey) {
      this.orderingKey = orderingKey;
      return this;
    }

    /**
     * How long the message stays hidden after the send.
     *
     * @param delay 0 to {@code maxDelay} (12 h by default); {@link Duration#ZERO} overrides the
     *     queue's default delay
     * @return this builder
     */
    public Builder delay(Duration delay) {
      this.delay = delay;
      return this;
    }

    /**
     * When the message becomes available; a time that has passed means at once.
     *
     * @param deliverAt up to {@code maxDelay} from now; not together with {@link #delay}
     * @return this builder
     */
    public Builder deliverAt(Instant deliverAt) {
      this.deliverAt = deliverAt;
      return this;
    }

    /**
     * Makes the send idempotent: while the queue remembers the id (its {@code deduplicationWindow},
     * 1 h by default, counted from the first commit), another send with it sends nothing and
     * returns the id of the first message, even if that has been handled since. So a send whose
     * outcome is not known can be made again.
     *
     * <p>While the transaction that was the first to use the id is open or in doubt, others fail
     * with the retryable kind {@code UNAVAILABLE}: what was there before them may still roll back.
     * A rollback frees the id. Ids of different queues have nothing to do with each other. The rest
     * of the message is not compared.
     *
     * @param deduplicationId 1 to 255 characters, not blank; null: none
     * @return this builder
     */
    public Builder deduplicationId(String deduplicationId) {
      this.deduplicationId = deduplicationId;
      return this;
    }

    /** The message. Checked when it is sent. */
    public OutgoingMessage build() {
      return new OutgoingMessage(this);
    }
  }
}
