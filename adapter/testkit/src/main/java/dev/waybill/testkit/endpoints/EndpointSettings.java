package dev.waybill.testkit.endpoints;

import java.util.Objects;

/**
 * How the container treats one message-driven bean.
 *
 * @param activationName the name of the bean
 * @param attribute of its listener methods
 * @param poolSize how many endpoints exist at most
 * @param afterDeliveryThrows whether {@code afterDelivery} throws when the transaction rolled back,
 *     as on Open Liberty; else it never throws, as on Payara
 * @param leavesTransactions whether {@code afterDelivery} of a bean that failed throws and leaves
 *     the transaction on the thread, as Payara does while it stops
 * @param transactionTimeoutSeconds of each delivery; 0: the transaction manager's default
 */
public record EndpointSettings(
    String activationName,
    TransactionAttribute attribute,
    int poolSize,
    boolean afterDeliveryThrows,
    boolean leavesTransactions,
    int transactionTimeoutSeconds) {

  /** Checks the parts. */
  public EndpointSettings {
    Objects.requireNonNull(activationName, "activationName");
    Objects.requireNonNull(attribute, "attribute");
    if (poolSize < 1) {
      throw new IllegalArgumentException("poolSize=" + poolSize + " is below 1");
    }
  }

  /** What most beans have: a pool of 8, {@code afterDelivery} that never throws, no timeout. */
  public static EndpointSettings of(String activationName, TransactionAttribute attribute) {
    return new EndpointSettings(activationName, attribute, 8, false, false, 0);
  }

  /** The same with another pool size. */
  public EndpointSettings withPoolSize(int size) {
    return new EndpointSettings(
        activationName,
        attribute,
        size,
        afterDeliveryThrows,
        leavesTransactions,
        transactionTimeoutSeconds);
  }

  /** The same with {@code afterDelivery} throwing when the transaction rolled back. */
  public EndpointSettings withAfterDeliveryThrowing() {
    return new EndpointSettings(
        activationName, attribute, poolSize, true, leavesTransactions, transactionTimeoutSeconds);
  }

  /** The same with the transactions of failed deliveries left on their threads. */
  public EndpointSettings leavingTransactions() {
    return new EndpointSettings(
        activationName, attribute, poolSize, afterDeliveryThrows, true, transactionTimeoutSeconds);
  }

  /** The same with a transaction timeout in seconds. */
  public EndpointSettings withTransactionTimeout(int seconds) {
    return new EndpointSettings(
        activationName, attribute, poolSize, afterDeliveryThrows, leavesTransactions, seconds);
  }
}
