package dev.waybill.testkit.endpoints;

import dev.waybill.testkit.transactions.SimulatedTransactions;
import jakarta.ejb.EJBException;
import jakarta.resource.ResourceException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import javax.transaction.xa.XAResource;

/** The transaction around the calls of one bean instance, as Payara runs it. */
final class BeanCall {

  private final EndpointSettings settings;
  private final Object listener;
  private final XAResource resource;
  private final TransactionManager manager = SimulatedTransactions.instance().manager();
  private Transaction transaction;
  private ClassLoader callersLoader;
  private boolean failed;

  BeanCall(EndpointSettings settings, Object listener, XAResource resource) {
    this.settings = settings;
    this.listener = listener;
    this.resource = resource;
  }

  void begin() throws ResourceException {
    Thread thread = Thread.currentThread();
    callersLoader = thread.getContextClassLoader();
    failed = false;
    if (settings.attribute() == TransactionAttribute.REQUIRED) {
      try {
        manager.setTransactionTimeout(settings.transactionTimeoutSeconds());
        manager.begin();
        transaction = manager.getTransaction();
        if (resource != null && !transaction.enlistResource(resource)) {
          throw new ResourceException("The adapter's XAResource cannot be enlisted");
        }
      } catch (Exception e) {
        abandon(e);
        throw new ResourceException("The delivery's transaction cannot begin", e);
      }
    }
    thread.setContextClassLoader(listener.getClass().getClassLoader());
  }

  private void abandon(Exception cause) {
    transaction = null;
    try {
      if (manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
        manager.rollback();
      }
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  /** Calls the listener. What it throws leaves the transaction as it is, until the end. */
  Object invoke(Method method, Object[] arguments) throws Exception {
    try {
      return method.invoke(listener, arguments);
    } catch (InvocationTargetException e) {
      Throwable thrown = e.getCause();
      if (thrown instanceof Exception checked && !(thrown instanceof RuntimeException)) {
        throw checked;
      }
      failed = true;
      throw thrown instanceof Exception unchecked
          ? new EJBException("The message-driven bean failed", unchecked)
          : new EJBException("The message-driven bean failed", new Exception(thrown));
    } finally {
      endOwnTransaction();
    }
  }

  private void endOwnTransaction() throws Exception {
    if (settings.attribute() != TransactionAttribute.REQUIRED
        && manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
      manager.rollback();
      throw new EJBException("The bean did not end its transaction");
    }
  }

  void fail() {
    failed = true;
  }

  void complete() throws ResourceException {
    Thread.currentThread().setContextClassLoader(callersLoader);
    if (transaction == null) {
      return;
    }
    transaction = null;
    if (failed && settings.leavesTransactions()) {
      throw new ResourceException("The delivery's transaction is not ended");
    }
    try {
      if (failed || manager.getStatus() != Status.STATUS_ACTIVE) {
        manager.rollback();
        throwIfAsked(null);
      } else {
        manager.commit();
      }
    } catch (ResourceException e) {
      throw e;
    } catch (Exception e) {
      throwIfAsked(e);
    }
  }

  private void throwIfAsked(Exception cause) throws ResourceException {
    if (settings.afterDeliveryThrows()) {
      throw new ResourceException("The delivery's transaction rolled back", cause);
    }
  }
}
