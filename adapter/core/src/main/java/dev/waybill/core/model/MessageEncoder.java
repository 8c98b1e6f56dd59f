package dev.waybill.core.model;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.UUIDClock;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.waybill.api.ContentType;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Checks outgoing messages against the limits and turns them into what the store keeps. */
public final class MessageEncoder {

  private static final int DEFAULT_PRIORITY = 4;
  private static final int MAX_CORRELATION_ID = 255;
  private static final int MAX_DEDUPLICATION_ID = 255;
  private static final int MAX_ORDERING_KEY = 255;
  private static final int MAX_PRODUCER_ID = 255;

  private final Limits limits;
  private final StoreClock clock;
  private final BodyCodec bodies;
  private final TimeBasedEpochGenerator ids;

  /**
   * An encoder.
   *
   * @param limits what is accepted
   * @param clock the time of sends
   * @param random where ids take their random bits from
   * @param bodies encodes bodies
   */
  public MessageEncoder(Limits limits, StoreClock clock, Random random, BodyCodec bodies) {
    this.limits = limits;
    this.clock = clock;
    this.bodies = bodies;
    this.ids = Generators.timeBasedEpochGenerator(random, new IdClock(clock));
  }

  private static final class IdClock extends UUIDClock {
    private final StoreClock clock;

    IdClock(StoreClock clock) {
      this.clock = clock;
    }

    @Override
    public long currentTimeMillis() {
      return clock.now().toEpochMilli();
    }
  }

  /**
   * Checks everything that can be checked without the store.
   *
   * @param message what is to be sent
   * @throws QueueException {@code INVALID}
   */
  public void check(OutgoingMessage message) {
    Object body = message.body();
    boolean empty =
        body == null
            || (body instanceof String text && text.isEmpty())
            || (body instanceof byte[] bytes && bytes.length == 0);
    if (empty) {
      throw invalid(
          "It has no body. Give it text(…), json(…), bytes(…) or java(…) that is not empty.");
    }
    Map<String, Object> headers = Headers.normalise(message.headers());
    int priority = priority(message, headers);
    if (priority < 0 || priority > 9) {
      throw invalid(
          "priority="
              + priority
              + " is outside 0 (last) to 9 (first). Leave it out for "
              + DEFAULT_PRIORITY
              + ".");
    }
    correlationId(message, headers)
        .filter(id -> id.length() > MAX_CORRELATION_ID)
        .ifPresent(
            id -> {
              throw invalid(
                  "Its correlation id has "
                      + id.length()
                      + " characters; accepted are up to "
                      + MAX_CORRELATION_ID
                      + ". Shorten it, or send it in the body.");
            });
    message.orderingKey().ifPresent(MessageEncoder::checkOrderingKey);
    checkDelay(message);
    message.deduplicationId().ifPresent(MessageEncoder::checkDeduplicationId);
  }

  private static void checkOrderingKey(String key) {
    checkText(
        "ordering key",
        key,
        MAX_ORDERING_KEY,
        "Use something short that names what must stay in order, or leave the key out.");
  }

  private static void checkDeduplicationId(String id) {
    checkText(
        "deduplication id",
        id,
        MAX_DEDUPLICATION_ID,
        "Use a key of the business event, or a UUID.");
  }

  /**
   * Checks the id of a stream's producer.
   *
   * @param id not null
   * @throws QueueException {@code INVALID}
   */
  public static void checkProducerId(String id) {
    checkText(
        "producer id",
        id,
        MAX_PRODUCER_ID,
        "Use something short that names the producer and stays the same when it is started again.");
  }

  /** Checked before any database is asked: there a refusal would spoil the transaction. */
  private static void checkText(String what, String text, int longest, String advice) {
    String problem = null;
    if (text.isBlank()) {
      problem = "is blank";
    } else if (text.length() > longest) {
      problem = "has " + text.length() + " characters";
    } else if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      problem = "contains U+0000 or half a surrogate pair";
    }
    if (problem != null) {
      throw invalid(
          "Its "
              + what
              + " "
              + problem
              + "; accepted are 1 to "
              + longest
              + " characters of text. "
              + advice);
    }
  }

  private void checkDelay(OutgoingMessage message) {
    if (message.delay().isPresent() && message.deliverAt().isPresent()) {
      throw invalid("Both delay and deliverAt are set. Set one of them.");
    }
    message.delay().ifPresent(delay -> checkDelay("delay", delay));
    message
        .deliverAt()
        .ifPresent(
            at -> {
              Duration ahead = Duration.between(clock.now(), at);
              if (ahead.compareTo(limits.maxDelay()) > 0) {
                throw outOfRange("deliverAt=" + at);
              }
            });
  }

  /**
   * Checks a delay.
   *
   * @param what its name, for the error
   * @param delay the delay
   * @throws QueueException {@code INVALID} if it is not 0 to {@code maxDelay}
   */
  public void checkDelay(String what, Duration delay) {
    if (delay == null || delay.isNegative() || delay.compareTo(limits.maxDelay()) > 0) {
      throw outOfRange(what + "=" + delay);
    }
  }

  private QueueException outOfRange(String what) {
    return invalid(
        what
            + " is outside 0s to maxDelay="
            + DurationText.format(limits.maxDelay())
            + ". Give a shorter delay, or raise maxDelay.");
  }

  /**
   * Encodes a checked message.
   *
   * @param message what is to be sent
   * @param queue where it goes
   * @return what the store keeps
   * @throws QueueException {@code TOO_LARGE}, or {@code INVALID} if the body cannot be written
   */
  public NewMessage encode(OutgoingMessage message, QueueSettings queue) {
    return encode(message, encodeBody(message), queue);
  }

  /**
   * Encodes the body of a checked message: all of it that an application may still change.
   *
   * @param message what is to be sent
   * @return its bytes
   * @throws QueueException {@code INVALID} if JSON-B cannot write the body
   */
  public byte[] encodeBody(OutgoingMessage message) {
    byte[] body = bodies.encode(message.contentType(), message.body());
    if (message.contentType() == ContentType.JSON && body.length == 0) {
      throw invalid("Its JSON body is empty. Send an object that has a JSON form.");
    }
    return body;
  }

  /**
   * Encodes a checked message whose body is encoded.
   *
   * @param message what is to be sent
   * @param body what {@link #encodeBody} returned
   * @param queue where it goes
   * @return what the store keeps
   * @throws QueueException {@code TOO_LARGE}
   */
  public NewMessage encode(OutgoingMessage message, byte[] body, QueueSettings queue) {
    Map<String, Object> headers = Headers.normalise(message.headers());
    Instant now = clock.now();
    NewMessage encoded =
        new NewMessage(
            ids.generate(),
            queue.name(),
            now,
            message.contentType(),
            body,
            headers,
            priority(message, headers),
            correlationId(message, headers).orElse(null),
            availableAt(message, queue, now),
            message.orderingKey().orElse(null),
            deduplication(message, queue));
    int bytes = sizeOf(encoded);
    if (bytes > limits.maxMessageBytes()) {
      throw new QueueException(
          QueueException.Kind.TOO_LARGE,
          "It has "
              + bytes
              + " bytes of body and headers; maxMessageBytes is "
              + limits.maxMessageBytes()
              + ". Send a reference to the data instead, or raise maxMessageBytes.");
    }
    return encoded;
  }

  private NewMessage.Deduplication deduplication(OutgoingMessage message, QueueSettings queue) {
    Duration window = queue.deduplicationWindow();
    return message
        .deduplicationId()
        .map(
            id ->
                new NewMessage.Deduplication(
                    id, window == null ? limits.deduplicationWindow() : window))
        .orElse(null);
  }

  private static Instant availableAt(OutgoingMessage message, QueueSettings queue, Instant now) {
    Instant at =
        message.deliverAt().orElseGet(() -> now.plus(message.delay().orElse(queue.defaultDelay())));
    return at.isBefore(now) ? now : at;
  }

  private static int priority(OutgoingMessage message, Map<String, Object> headers) {
    return message.priority().orElseGet(() -> Headers.priority(headers).orElse(DEFAULT_PRIORITY));
  }

  private static Optional<String> correlationId(
      OutgoingMessage message, Map<String, Object> headers) {
    return message.correlationId().or(() -> Headers.correlationId(headers));
  }

  /** What a message counts against the limits: body and headers, in bytes. */
  public int sizeOf(NewMessage message) {
    return message.body().length + Headers.sizeInBytes(message.headers());
  }

  /**
   * Checks the number of messages of a batch.
   *
   * @param messages the batch
   * @throws QueueException {@code INVALID} if it is null or empty, {@code TOO_LARGE} if it is long
   */
  public void checkBatchCount(List<OutgoingMessage> messages) {
    if (messages == null || messages.isEmpty()) {
      throw invalid("The batch is empty. Send at least one message.");
    }
    if (messages.size() > limits.maxBatchMessages()) {
      throw new QueueException(
          QueueException.Kind.TOO_LARGE,
          "The batch has "
              + messages.size()
              + " messages; maxBatchMessages is "
              + limits.maxBatchMessages()
              + ", so message "
              + limits.maxBatchMessages()
              + " (counted from 0) is the first too many. Nothing was sent. Send several batches in"
              + " one transaction, or raise maxBatchMessages.");
    }
  }

  /**
   * Checks the size of a batch.
   *
   * @param bytes its bytes so far
   * @throws QueueException {@code TOO_LARGE}
   */
  public void checkBatchBytes(long bytes) {
    if (bytes > limits.maxBatchBytes()) {
      throw new QueueException(
          QueueException.Kind.TOO_LARGE,
          "With it the batch has "
              + bytes
              + " bytes of bodies and headers; maxBatchBytes is "
              + limits.maxBatchBytes()
              + ". Send several batches in one transaction, or raise maxBatchBytes.");
    }
  }

  /** The next id; time-ordered by the store's clock. */
  public UUID nextId() {
    return ids.generate();
  }

  private static QueueException invalid(String message) {
    return new QueueException(QueueException.Kind.INVALID, message);
  }
}
