package dev.waybill.testkit.endpoints;

/** How the listener method of a message-driven bean is transacted. */
public enum TransactionAttribute {
  /** Container-managed: each delivery runs in a transaction of the container. */
  REQUIRED,
  /** Container-managed, without a transaction. */
  NOT_SUPPORTED,
  /** The bean begins and ends its own transactions. */
  BEAN_MANAGED
}
