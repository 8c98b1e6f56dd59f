package dev.waybill.api;

/**
 * The message listener of a bean that wants the decoded body only: a String for text, a byte array
 * for bytes, and for JSON and Java objects an object of the activation's {@code payloadType}. The
 * message itself, with id and headers, is {@link DeliveryContext#current()}. Transactions are those
 * of {@link QueueListener}.
 */
public interface QueuePayloadListener {

  /**
   * Handles one body. A body that cannot be decoded never gets here: its message goes to the
   * dead-letter queue with the reason.
   *
   * @param payload the decoded body
   * @throws Exception any exception, checked or not, rolls the transaction back and retries the
   *     message by the schedule
   */
  void onPayload(Object payload) throws Exception;
}
