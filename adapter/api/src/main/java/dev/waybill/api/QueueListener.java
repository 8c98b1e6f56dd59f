package dev.waybill.api;

/**
 * The message listener of a bean that receives one message at a time.
 *
 * <pre>{@code
 * @MessageDriven(activationConfig = @ActivationConfigProperty(
 *     propertyName = "queue", propertyValue = "app:orders"))
 * public class OrderBean implements QueueListener {
 *   public void onMessage(Message message) { … }
 * }
 * }</pre>
 *
 * <p>With a {@code REQUIRED} method (the default of a bean with container-managed transactions) the
 * completion of the message is part of the bean's transaction. With {@code NOT_SUPPORTED} or
 * bean-managed transactions it is a transaction of its own after the method returns: the message is
 * handled at least once.
 */
public interface QueueListener {

  /**
   * Handles one message. A normal return completes it, unless another decision was made on it, or
   * the activation has {@code acknowledge=EXPLICIT}.
   *
   * @param message the message and its delivery
   * @throws Exception any exception, checked or not, rolls the transaction back and retries the
   *     message by the schedule
   */
  void onMessage(Message message) throws Exception;
}
