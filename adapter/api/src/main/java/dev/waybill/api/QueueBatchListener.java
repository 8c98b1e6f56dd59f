package dev.waybill.api;

/**
 * The message listener of a bean that receives several messages of one queue in one transaction.
 *
 * <pre>{@code
 * @MessageDriven(activationConfig = {
 *     @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:orders"),
 *     @ActivationConfigProperty(propertyName = "batchSize", propertyValue = "50"),
 *     @ActivationConfigProperty(propertyName = "batchWait", propertyValue = "2s")})
 * public class OrderBean implements QueueBatchListener {
 *   public void onBatch(MessageBatch batch) {
 *     for (Message message : batch) { … }
 *     batch.ackAll();
 *   }
 * }
 * }</pre>
 *
 * <p>A batch is handed over when it has {@code batchSize} messages, or when its first has waited
 * for {@code batchWait}; while it fills, nothing counts as an attempt and no lease is used up. By
 * default ({@code acknowledge=EXPLICIT}) a message that nothing was decided about is tried again:
 * see {@link MessageBatch}.
 *
 * <p>With a {@code REQUIRED} method all settlements, and whatever the bean writes and sends, are
 * one transaction. With {@code NOT_SUPPORTED} or bean-managed transactions the settlements are a
 * transaction of their own after the method returns. If the lease of one message is lost meanwhile,
 * that transaction rolls back and the others are tried again. Each message counts an attempt.
 *
 * <p>{@link DeliveryContext#current} is an error below this listener.
 */
public interface QueueBatchListener {

  /**
   * Handles one batch.
   *
   * @param batch at least one message
   * @throws Exception any exception, checked or not, drops all decisions, rolls the transaction
   *     back and retries every message by the schedule
   */
  void onBatch(MessageBatch batch) throws Exception;
}
