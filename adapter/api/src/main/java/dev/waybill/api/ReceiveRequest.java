package dev.waybill.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to receive, and how: immutable, made by a {@link Builder}. It is checked when it is used.
 *
 * <pre>{@code
 * receiver.receive(ReceiveRequest.from("app:orders").batchSize(20).deadLetterQueue("app:dlq").build());
 * }</pre>
 */
public final class ReceiveRequest {

  private final List<String> queues;
  private final String group;
  private final Integer batchSize;
  private final Duration batchWait;
  private final Duration leaseDuration;
  private final String retrySchedule;
  private final Integer maxAttempts;
  private final String deadLetterQueue;

  private ReceiveRequest(Builder builder) {
    this.queues = builder.queues;
    this.group = builder.group;
    this.batchSize = builder.batchSize;
    this.batchWait = builder.batchWait;
    this.leaseDuration = builder.leaseDuration;
    this.retrySchedule = builder.retrySchedule;
    this.maxAttempts = builder.maxAttempts;
    this.deadLetterQueue = builder.deadLetterQueue;
  }

  /**
   * Starts a request.
   *
   * @param queues one or more queues, {@code namespace:name}; several take turns. None: the queue
   *     of a receiver that was injected with {@link dev.waybill.api.cdi.Queue}
   * @return a builder with the defaults
   */
  public static Builder from(String... queues) {
    return new Builder(queues);
  }

  /**
   * A request with the defaults.
   *
   * @param queues as for {@link #from}
   * @return the request
   */
  public static ReceiveRequest of(String... queues) {
    return from(queues).build();
  }

  /**
   * The same request for other queues.
   *
   * @param others one or more queues, {@code namespace:name}
   * @return a request, with nothing else changed
   */
  public ReceiveRequest withQueues(String... others) {
    Builder builder = new Builder(others);
    builder.group = group;
    builder.batchSize = batchSize;
    builder.batchWait = batchWait;
    builder.leaseDuration = leaseDuration;
    builder.retrySchedule = retrySchedule;
    builder.maxAttempts = maxAttempts;
    builder.deadLetterQueue = deadLetterQueue;
    return builder.build();
  }

  /** The queues, as given. Not modifiable. */
  public List<String> queues() {
    return queues;
  }

  /** The consumer group; empty: {@code default}. */
  public Optional<String> group() {
    return Optional.ofNullable(group);
  }

  /** How many messages at most; empty: 10. */
  public OptionalInt batchSize() {
    return batchSize == null ? OptionalInt.empty() : OptionalInt.of(batchSize);
  }

  /** How long to wait until the batch is full; empty: 5 s. */
  public Optional<Duration> batchWait() {
    return Optional.ofNullable(batchWait);
  }

  /** How long the leases last; empty: 30 s. */
  public Optional<Duration> leaseDuration() {
    return Optional.ofNullable(leaseDuration);
  }

  /** The delays between attempts, if given. */
  public Optional<String> retrySchedule() {
    return Optional.ofNullable(retrySchedule);
  }

  /** How many attempts in all, if given. */
  public OptionalInt maxAttempts() {
    return maxAttempts == null ? OptionalInt.empty() : OptionalInt.of(maxAttempts);
  }

  /** Where exhausted and rejected messages go, if given. */
  public Optional<String> deadLetterQueue() {
    return Optional.ofNullable(deadLetterQueue);
  }

  @Override
  public String toString() {
    return "ReceiveRequest[queues=" + queues + "]";
  }

  /** Collects the parts of a {@link ReceiveRequest}. Not thread-safe. */
  public static final class Builder {

    private final List<String> queues;
    private String group;
    private Integer batchSize;
    private Duration batchWait;
    private Duration leaseDuration;
    private String retrySchedule;
    private Integer maxAttempts;
    private String deadLetterQueue;

    private Builder(String... queues) {
      this.queues =
          queues == null
              ? List.of()
              : Collections.unmodifiableList(new ArrayList<>(Arrays.asList(queues)));
    }

    /**
     * The consumer group.
     *
     * @param group only {@code default} so far
     * @return this builder
     */
    public Builder group(String group) {
      this.group = group;
      return this;
    }

    /**
     * How many messages at most.
     *
     * @param batchSize 1 to 100; 10 when not given
     * @return this builder
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = batchSize;
      return this;
    }

    /**
     * How long to wait until the batch is full.
     *
     * @param batchWait 0 s to 60 s; 5 s when not given
     * @return this builder
     */
    public Builder batchWait(Duration batchWait) {
      this.batchWait = batchWait;
      return this;
    }

    /**
     * How long each message is leased, counted from the end of the receive at the earliest. It is
     * not renewed by itself: {@link QueueReceiver#extendLease}.
     *
     * @param leaseDuration 1 s to 365 d; 30 s when not given
     * @return this builder
     */
    public Builder leaseDuration(Duration leaseDuration) {
      this.leaseDuration = leaseDuration;
      return this;
    }

    /**
     * The delays between attempts. It goes with the leases, so that every node applies it.
     *
     * @param retrySchedule {@code exponential} (1 s, 2 s, 4 s … at most 5 min), {@code none}, or a
     *     list such as {@code 0s,5s,30s} (n delays are n + 1 attempts). When not given: {@code
     *     none} with a dead-letter queue and no {@code maxAttempts}, else {@code exponential}
     * @return this builder
     */
    public Builder retrySchedule(String retrySchedule) {
      this.retrySchedule = retrySchedule;
      return this;
    }

    /**
     * How many attempts a message has in all, with the exponential schedule.
     *
     * @param maxAttempts 1 to 1,000,000; no limit when not given
     * @return this builder
     */
    public Builder maxAttempts(int maxAttempts) {
      this.maxAttempts = maxAttempts;
      return this;
    }

    /**
     * Where exhausted and rejected messages go. When not given they are settled as dead and kept
     * for {@code deadRetention}.
     *
     * @param deadLetterQueue {@code namespace:name}; none of the queues received from
     * @return this builder
     */
    public Builder deadLetterQueue(String deadLetterQueue) {
      this.deadLetterQueue = deadLetterQueue;
      return this;
    }

    /** The request. Checked when it is used. */
    public ReceiveRequest build() {
      return new ReceiveRequest(this);
    }
  }
}
