package dev.waybill.api;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

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
 * known yet; the message may have been sent. With a deduplication id, or a sequence given to a
 * stream, that error is retryable: the same call may be made again, and what it may have done is
 * not done twice. A transaction that fails to commit sends nothing.
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
   * Sends a message and waits until group {@code default} has settled it. As {@link
   * #sendAndWait(OutgoingMessage, String, Duration)}.
   *
   * @param message what to send and where
   * @param timeout how long to wait: more than 0, up to 1 day
   * @return how the message was settled, or that it was not in time
   * @throws QueueException see there
   */
  Reply sendAndWait(OutgoingMessage message, Duration timeout);

  /**
   * Sends a message and waits until a consumer group has settled it: {@code COMPLETED} with the
   * response that the consumer gave to {@link Message#complete}, {@code DEAD_LETTERED} with the
   * reason, or {@code TIMED_OUT}, which is no error: the message stays and is processed.
   *
   * <p><b>Transactions.</b> The message is committed before the wait begins, so this call is
   * refused in a transaction, and in a listener whose delivery is transacted: there the message
   * could not be seen by its consumer before the wait is over. The response leaves only if the
   * consumer's transaction commits.
   *
   * <p><b>What it costs.</b> The calling thread, which waits; nothing else for each waiter. If
   * sender and consumer share a node the response stays in memory, else it is a row for as long as
   * the sender waits.
   *
   * <p><b>Deduplication.</b> If the message was sent before under its deduplication id, this call
   * waits for that first message, and answers at once if that is settled. Its response is not
   * repeated: it went to whoever sent it, and this reply has none.
   *
   * <p><b>Interruption.</b> A thread that is interrupted while it waits gets an {@code UNAVAILABLE}
   * that is not retryable, and stays marked as interrupted; the message stays and is processed. The
   * same error comes if the adapter stops meanwhile. Both name the id of the message.
   *
   * @param message what to send and where
   * @param group whose settlement to wait for; only {@code default} so far
   * @param timeout how long to wait: more than 0, up to 1 day; a wait for another node may end up
   *     to half a second after the answer was given
   * @return how the message was settled, or that it was not in time
   * @throws QueueException as for {@link #send}; {@code INVALID} in a transaction, for a group that
   *     is not there, or for a time-out out of range: nothing was sent; and if the message was sent
   *     before under its deduplication id, {@code CONFLICT} if what became of it is no longer
   *     known, and {@code UNAVAILABLE}, retryable, if too many ask what becomes of messages, see
   *     {@link #whenSettled(UUID, String)}
   */
  Reply sendAndWait(OutgoingMessage message, String group, Duration timeout);

  /**
   * Tells when group {@code default} has settled a message. As {@link #whenSettled(UUID, String)}.
   *
   * @param messageId what {@link #send} returned
   * @return completed once
   * @throws QueueException see there
   */
  CompletionStage<Confirmation> whenSettled(UUID messageId);

  /**
   * Tells when a consumer group has settled a message: once, with {@code COMPLETED} or {@code
   * DEAD_LETTERED}. A message that is settled already is told of at once, from the history, as long
   * as that is kept ({@code deadRetention}); afterwards the answer is {@code UNKNOWN}.
   *
   * <p>The question lives in this node: after a restart it has to be asked again. It may be asked
   * in the transaction that sends the message, and does not take part in it: an open transaction is
   * waited for. A message that is in no queue an hour after its id was made is {@code UNKNOWN}.
   *
   * <p>What this node settles is told at once, what other nodes settle within seconds. The stage is
   * completed on a thread of the server's WorkManager, without a transaction, naming or security
   * context of the application: follow-ups without an executor of their own must be quick. A stage
   * that nobody completes before the adapter stops is completed exceptionally with {@code
   * UNAVAILABLE}. Until then an open question holds its follow-ups, and with them the application
   * that asked, also if that is undeployed meanwhile; no more than 10,000 may be open on a node.
   *
   * @param messageId what {@link #send} returned
   * @param group whose settlement is asked for; only {@code default} so far
   * @return completed once; the same for everybody who asks meanwhile
   * @throws QueueException {@code INVALID} for a null id or a group that is not there; {@code
   *     UNAVAILABLE}, retryable, if the adapter is stopped, its store is not open, or 10,000
   *     questions are open
   */
  CompletionStage<Confirmation> whenSettled(UUID messageId, String group);

  /**
   * Sends one message without waiting for the database, on a thread of the server's WorkManager: at
   * most 4 of an adapter at a time, the others wait.
   *
   * <p><b>Transactions.</b> It never takes part in the caller's transaction: the message is
   * committed by itself, whatever becomes of that. For a send that commits with the caller use
   * {@link #send}.
   *
   * <p>The body is encoded before the call returns, so the object may be changed afterwards. The
   * order of several such sends is not kept. The stage is completed on the sending thread: what is
   * said of it at {@link #whenSettled(UUID, String)} holds here, too.
   *
   * @param message what to send and where
   * @return the id of the message, once it is committed; every error completes the stage
   *     exceptionally with a {@link QueueException} as for {@link #send}, and none is thrown. It is
   *     a retryable {@code UNAVAILABLE} if too many messages (1,000) wait for a thread, or the
   *     server has none to give
   */
  CompletionStage<UUID> sendAsync(OutgoingMessage message);

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
