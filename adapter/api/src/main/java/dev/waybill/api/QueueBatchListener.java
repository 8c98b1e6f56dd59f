package dev.waybill.api;

/**
 * The message listener of a bean that receives several messages of one queue in one transaction.
 *
 * <p>Batches are not delivered in this version: an activation of a bean with this listener is
 * refused with an error that says so.
 */
public interface QueueBatchListener {

  /**
   * Handles one batch.
   *
   * @param batch at least one message
   * @throws Exception any exception drops all decisions, rolls the transaction back and retries
   *     every message by the schedule
   */
  void onBatch(MessageBatch batch) throws Exception;
}
