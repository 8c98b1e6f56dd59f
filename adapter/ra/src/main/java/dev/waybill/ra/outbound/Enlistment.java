package dev.waybill.ra.outbound;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.ra.OpenAdapter;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;

/**
 * Makes the container enlist the adapter in the caller's transaction: allocating a connection is
 * what does it, unless the pool has no transaction support (Jakarta Connectors 2.1, chapter 7.4.3).
 *
 * @param adapter the adapter, on the xa path
 * @param factory whose connection is allocated
 * @param connectionManager the container's
 */
record Enlistment(
    OpenAdapter adapter, QueueConnectionFactory factory, ConnectionManager connectionManager) {

  private static final String FIX =
      " Set transactionSupport = XATransaction in @ConnectionFactoryDefinition, or"
          + " --transactionsupport XATransaction on the server's connector pool (the default is"
          + " NoTransaction), or make the call outside a transaction.";

  /**
   * Enlists.
   *
   * @return the branch of the caller's transaction
   * @throws QueueException {@code INVALID} if the pool does not enlist; {@code UNAVAILABLE} if the
   *     container gives no connection
   */
  XaBranch enlist() {
    QueueConnection connection;
    try {
      connection = (QueueConnection) connectionManager.allocateConnection(factory, null);
    } catch (NotSupportedException e) {
      throw new QueueException(Kind.INVALID, cannotTakePart(), e);
    } catch (ResourceException e) {
      throw notAllocated(e);
    }
    try {
      return adapter.xa().ofTransaction(adapter.transaction().key()).orElseThrow(this::notEnlisted);
    } finally {
      connection.close();
    }
  }

  private String cannotTakePart() {
    return "The pool of "
        + factory.caller()
        + " cannot take part in the active transaction. Nothing was "
        + factory.done()
        + "."
        + FIX;
  }

  private QueueException notAllocated(ResourceException error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof NotSupportedException) {
        return new QueueException(Kind.INVALID, cannotTakePart(), error);
      }
    }
    return new QueueException(
        Kind.UNAVAILABLE,
        "The server gives "
            + factory.caller()
            + " no connection to enlist in the transaction: "
            + error.getMessage()
            + ". Nothing was "
            + factory.done()
            + ". Check its connector pool (its size, and that it is enabled).",
        error);
  }

  private QueueException notEnlisted() {
    return new QueueException(
        Kind.INVALID,
        "A transaction is active, but the pool of "
            + factory.caller()
            + " has transactionSupport NoTransaction, so the call could not commit with it."
            + " Nothing was "
            + factory.done()
            + "."
            + FIX);
  }
}
