package dev.waybill.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A received message, and the handle of its delivery.
 *
 * <p><b>Reading.</b> What was sent is immutable: the same on every attempt. Reading the body as
 * another type than it has throws {@link WrongBodyTypeException}.
 *
 * <p><b>Deciding.</b> {@link #ack}, {@link #complete}, {@link #retry()}, {@link #retry(Duration)}
 * and {@link #reject} are decisions: they commit with the listener's transaction, and the last one
 * counts. If that transaction rolls back, {@code ack} and {@code complete} are dropped; the last
 * {@code retry(delay)} or {@code reject(reason)} is still obeyed, with outcome {@link
 * AttemptOutcome#FAILED}. Without a decision, a normal return completes the message (with {@code
 * acknowledge=EXPLICIT} it retries it) and an exception or rollback retries it by the schedule. For
 * the messages of a {@link MessageBatch} see there.
 *
 * <p><b>Life.</b> Decisions are possible only until the listener returns; afterwards they throw
 * {@link QueueException} of kind {@code CONFLICT}. Reading stays possible. Not thread-safe.
 *
 * <p><b>Without a listener.</b> Of a message that was asked for with a {@link QueueReceiver} the
 * first decision settles it at once; see {@link ReceivedMessage} and {@link QueueConsumer}.
 */
public interface Message {

  /** The id given by {@code send}: the same on every attempt and in a dead-letter queue. */
  UUID id();

  /** The queue it was received from, {@code namespace:name}. */
  String queue();

  /** Its place in the queue: unique, and rising in the order of sending (not of commits). */
  long position();

  /** When it was sent. */
  Instant timestamp();

  /** How the body is encoded. */
  ContentType contentType();

  /**
   * The body of a {@link ContentType#TEXT} message, or the JSON text of a {@link ContentType#JSON}
   * message.
   *
   * @return the characters
   * @throws WrongBodyTypeException if the body is {@link ContentType#BYTES} or {@link
   *     ContentType#JAVA}
   */
  String text();

  /**
   * The body of a {@link ContentType#JSON} message as an object.
   *
   * @param type what to read it as, by Jakarta JSON Binding
   * @param <T> the type
   * @return a new object; the binding is the adapter's, the classes are those {@code type}'s own
   *     class loader sees
   * @throws WrongBodyTypeException if the body is not JSON, or not JSON of that type
   */
  <T> T json(Class<T> type);

  /**
   * The body of a {@link ContentType#BYTES} message.
   *
   * @return a copy of the bytes
   * @throws WrongBodyTypeException if the body is not bytes
   */
  byte[] bytes();

  /**
   * The body of a {@link ContentType#JAVA} message as an object. Its classes are found by the class
   * loader of {@code type}; for a class of the JDK by the thread's context class loader.
   *
   * @param type what it is expected to be
   * @param <T> the type
   * @return a new object
   * @throws WrongBodyTypeException if the body is not a Java object, not of that type, or holds a
   *     class that the adapter's property {@code allowedJavaClasses} does not list
   */
  <T> T java(Class<T> type);

  /** The headers as sent. Values are String, Long, Double or Boolean. Not modifiable. */
  Map<String, Object> headers();

  /**
   * One header.
   *
   * @param name its name
   * @return its value, empty when it was not sent
   */
  default Optional<Object> header(String name) {
    return Optional.ofNullable(headers().get(name));
  }

  /** The priority, 0 (last) to 9 (first). */
  int priority();

  /** The correlation id, if one was sent. */
  Optional<String> correlationId();

  /**
   * The ordering key, if one was sent: the same in a dead-letter queue, where deliveries are not
   * held in order.
   */
  Optional<String> orderingKey();

  /**
   * The producer id of the {@linkplain MessageStream stream} it was sent in, if it was: the same on
   * every attempt and in a dead-letter queue.
   */
  Optional<String> producerId();

  /** Its number in that stream, from 1; empty if it was sent in none. */
  OptionalLong sequence();

  /** The number of this attempt, from 1. */
  int attempts();

  /** Why the message is here, when this is a dead-letter queue it was moved to. */
  Optional<DeadLetter> deadLetter();

  /**
   * Decides that the message is done. The same as {@code complete(null)}.
   *
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void ack();

  /**
   * Decides that the message is done, with a response for a sender that waits ({@link
   * QueueProducer#sendAndWait(OutgoingMessage, java.time.Duration)}). The response is written as
   * JSON by this call, so the object may be changed afterwards; it leaves only if the transaction
   * of the delivery commits. Where nobody waits it is dropped.
   *
   * @param response an object JSON-B can write, {@code maxResponseBytes} (64 KiB) of JSON at most;
   *     null for none
   * @throws QueueException {@code INVALID} if JSON-B cannot write the response, {@code TOO_LARGE}
   *     if it is over the limit: the decision is then as it was before; {@code CONFLICT} after the
   *     listener has returned
   */
  void complete(Object response);

  /**
   * Decides to try again, by the schedule. Counts like a failure.
   *
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void retry();

  /**
   * Decides to try again after a delay of its own, which replaces the schedule's delay but not its
   * number of tries: on the last attempt the message is dead-lettered.
   *
   * @param delay 0 to {@code maxDelay}
   * @throws QueueException {@code INVALID} if the delay is null or out of range; {@code CONFLICT}
   *     after the listener has returned
   */
  void retry(Duration delay);

  /**
   * Decides to give the message up: it goes to the dead-letter queue, or is settled as dead and
   * kept for inspection when there is none.
   *
   * @param reason for the people who will look at it; null is an empty reason
   * @throws QueueException {@code CONFLICT} after the listener has returned
   */
  void reject(String reason);

  /**
   * Lets a lease that has a limit end {@code duration} from now, later or earlier than before, in
   * its own commit. A lease has a limit where it is not renewed automatically ({@code
   * leaseRenewal=false}) or only up to {@code maxLease}. One without a limit is renewed for as long
   * as the listener runs, and is never shortened by this call: it then only verifies that the lease
   * is still held.
   *
   * @param duration more than 0
   * @throws QueueException {@code INVALID} if the duration is null, 0 or less; {@code CONFLICT} if
   *     the lease was lost (the listener's transaction will roll back), or after the listener has
   *     returned
   */
  void extendLease(Duration duration);
}
