package dev.waybill.api;

import java.util.List;
import java.util.UUID;

/**
 * Sends messages. It is the connection factory of the resource adapter (Jakarta Connectors 2.1,
 * chapter 6), bound in JNDI and injected:
 *
 * <pre>{@code
 * @ConnectionFactoryDefinition(
 *     name = "java:app/waybill/Producer",
 *     interfaceName = "dev.waybill.api.QueueProducer",
 *     resourceAdapter = "waybill",
 *     transactionSupport = TransactionSupportLevel.XATransaction)
 *
 * @Resource(lookup = "java:app/waybill/Producer")
 * QueueProducer producer;
 * }</pre>
 *
 * <p><b>Transactions.</b> Inside a Jakarta Transactions transaction a send becomes visible if and
 * only if the transaction commits. Outside one it is committed before the call returns. In a
 * transaction that is marked for rollback, timed out or already ended, every send is refused.
 *
 * <p><b>Threads.</b> A producer may be shared by any number of threads and kept for the life of the
 * application.
 *
 * <p><b>Errors.</b> {@link QueueException} of kind {@code INVALID} (queue name, body, option, pool
 * without transaction support), {@code TOO_LARGE}, {@code UNAVAILABLE} (store out of reach, adapter
 * stopping; retryable) or {@code INTERNAL} (retryable where nothing was done and a retry may help).
 * Nothing was sent when it is thrown inside the call, but for one case: outside a transaction, an
 * error of kind {@code UNAVAILABLE} that is <em>not</em> retryable means that the outcome is not
 * known yet; the message may have been sent. A transaction that fails to commit sends nothing.
 */
public interface QueueProducer {

  /**
   * Sends one message.
   *
   * @param message what to send and where
   * @return the id of the message, a time-ordered UUID (version 7)
   * @throws QueueException see above
   */
  UUID send(OutgoingMessage message);

  /**
   * Sends all of the messages or none. The queues may differ.
   *
   * @param messages 1 to 100 messages, together at most 256 KiB of bodies and headers (both limits
   *     can be configured)
   * @return the ids, in the order of the messages
   * @throws QueueException see above; the message names the index of the first offending message,
   *     counted from 0
   */
  List<UUID> sendBatch(List<OutgoingMessage> messages);

  /**
   * Opens a reliable stream: messages with sequences 1, 2, 3 …, delivered in that order, with a
   * window. The caller is its owner from then on; whoever opened it before is fenced off. Done in a
   * commit of its own, whatever transaction the caller is in.
   *
   * @param producerId names the producer, and stays the same when it is started again: 1 to 255
   *     characters, not blank
   * @param maxOutstanding how many of its messages may be unsettled at a time, 1 to 10,000
   * @return the stream; to be kept, because each call takes it over from the one before
   * @throws QueueException {@code INVALID} if an argument is out of range; {@code UNAVAILABLE}
   *     (retryable) while a transaction that sends in the stream is undecided: open on the joined
   *     path, or in doubt
   */
  MessageStream stream(String producerId, int maxOutstanding);
}
