package dev.waybill.api;

import java.time.Duration;
import java.util.List;

/**
 * Receives messages where the application asks for them. It is a connection factory of the resource
 * adapter (Jakarta Connectors 2.1, chapter 6), bound in JNDI and injected:
 *
 * <pre>{@code
 * @ConnectionFactoryDefinition(
 *     name = "java:app/waybill/Receiver",
 *     interfaceName = "dev.waybill.api.QueueReceiver",
 *     resourceAdapter = "waybill",
 *     transactionSupport = TransactionSupportLevel.XATransaction)
 *
 * @Resource(lookup = "java:app/waybill/Receiver")
 * QueueReceiver receiver;
 * }</pre>
 *
 * <p>Two ways: {@link #receive} leases several messages for a fixed time, and each is settled by
 * its lease, on any node; {@link #consumer} takes one message at a time, and keeps its lease for as
 * long as the process lives.
 *
 * <p><b>Transactions.</b> A receive is always a commit of its own: a rollback of the caller's
 * transaction takes no lease and no attempt back. Settlements ({@link #ack}, {@link
 * #retry(String)}, {@link #reject}, {@link #settle}) belong to the active transaction, and stand if
 * and only if it commits; without one they are committed before the call returns. Of all attempts
 * at a message at most one ever commits a settlement: if a lease is lost between the call and the
 * commit, the transaction rolls back.
 *
 * <p><b>Threads.</b> A receiver may be shared by any number of threads and kept for the life of the
 * application. Who waits, waits on his own thread.
 *
 * <p><b>Errors.</b> {@link QueueException} of kind {@code INVALID} (queue, option, pool without
 * transaction support), {@code CONFLICT} (a lease that is not held), {@code UNAVAILABLE} (store out
 * of reach, adapter stopping; retryable) or {@code INTERNAL}. Nothing was done when it is thrown,
 * but for one case: outside a transaction, an error of kind {@code UNAVAILABLE} that is
 * <em>not</em> retryable means that the outcome is not known yet.
 */
public interface QueueReceiver {

  /**
   * Leases messages: waits until the batch is full or the wait is over. An interrupt ends the wait,
   * too, and leaves the thread interrupted. A stop of the adapter ends it with what was received so
   * far, or with {@code UNAVAILABLE} if that is nothing.
   *
   * @param request what and how
   * @return the messages in the order they were leased; empty if there were none
   * @throws QueueException see above
   */
  List<ReceivedMessage> receive(ReceiveRequest request);

  /**
   * As {@link #receive(ReceiveRequest)}, with a wait that can be ended by another thread.
   *
   * @param request what and how
   * @param cancellation ends the wait when it is cancelled
   * @return what was received until then
   * @throws QueueException see above; {@code INVALID} if the cancellation is null
   */
  List<ReceivedMessage> receive(ReceiveRequest request, Cancellation cancellation);

  /**
   * Leases what is there now, without waiting; the request's {@code batchWait} does not matter.
   *
   * @param request what and how
   * @return the messages in the order they were leased; empty if there are none
   * @throws QueueException see above
   */
  List<ReceivedMessage> tryReceive(ReceiveRequest request);

  /**
   * The message is done.
   *
   * @param lease what {@link ReceivedMessage#lease} gave, here or on another node
   * @throws QueueException {@code CONFLICT} if the lease is not held: it ran out, was settled
   *     (perhaps by the active transaction, or by another of this node that is still open), or is
   *     none of this queue's. Nothing was changed, and the active transaction goes on
   */
  void ack(String lease);

  /**
   * The message is to be tried again, by the schedule. Counts like a failure.
   *
   * @param lease as for {@link #ack}
   * @throws QueueException as {@link #ack}
   */
  void retry(String lease);

  /**
   * The message is to be tried again after a delay, which replaces the schedule's but not its
   * number of tries: on the last attempt the message is dead-lettered.
   *
   * @param lease as for {@link #ack}
   * @param delay 0 s to {@code maxDelay} (12 h by default)
   * @throws QueueException as {@link #ack}; {@code INVALID} if the delay is null or out of range
   */
  void retry(String lease, Duration delay);

  /**
   * The message is given up: it goes to the dead-letter queue of the receive, or is settled as dead
   * and kept for inspection if there is none.
   *
   * @param lease as for {@link #ack}
   * @param reason for the people who will look at it; null is an empty reason
   * @throws QueueException as {@link #ack}
   */
  void reject(String lease, String reason);

  /**
   * Settles many at once, and reports each. What cannot be settled (null; a lease that is not held,
   * or is named twice; a delay out of range) is reported and left alone; all others are settled,
   * together in the active transaction or in one commit. The active transaction goes on whatever
   * the results are.
   *
   * @param settlements up to 1,000
   * @return one result for each, in their order
   * @throws QueueException {@code INVALID} if there are too many, or the list is null; {@code
   *     UNAVAILABLE} if the store is out of reach. Nothing was settled then
   */
  List<SettleResult> settle(List<Settlement> settlements);

  /**
   * Lets a lease of {@link #receive} end {@code duration} from now, later or earlier than before,
   * in a commit of its own. The lease of a message that was taken by {@link QueueConsumer#next} is
   * renewed by the process that took it, and never shortened by this call: it then only verifies
   * that the lease is still held.
   *
   * @param lease as for {@link #ack}
   * @param duration more than 0 s, up to 365 d
   * @throws QueueException as {@link #ack}; {@code INVALID} if the duration is null or out of range
   */
  void extendLease(String lease, Duration duration);

  /**
   * Takes messages one at a time.
   *
   * @param request what and how; {@code batchSize}, {@code batchWait} and {@code leaseDuration} are
   *     for {@link #receive} alone and refused here
   * @return a consumer that completes automatically
   * @throws QueueException {@code INVALID} for a bad queue or option
   */
  QueueConsumer consumer(ReceiveRequest request);
}
