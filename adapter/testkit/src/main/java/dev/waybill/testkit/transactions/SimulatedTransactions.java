package dev.waybill.testkit.transactions;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.ats.jta.UserTransaction;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.transaction.xa.XAResource;

/**
 * The transaction manager of all simulated containers of this JVM: Narayana, with its log in memory
 * so that it outlives the crash of a container. Recovery runs only when told.
 */
public final class SimulatedTransactions {

  private static final SimulatedTransactions INSTANCE = new SimulatedTransactions();

  private final TransactionManager manager;
  private final ContainerSynchronizationRegistry registry;
  private final TransactionLog log;

  private SimulatedTransactions() {
    try {
      arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("waybill-testkit");
    } catch (CoreEnvironmentBeanException e) {
      throw new IllegalStateException(e);
    }
    // the three stores of Narayana: actions, participants, communication
    for (String store : new String[] {null, "stateStore", "communicationStore"}) {
      BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
          .setObjectStoreType(LogStore.class.getName());
    }
    arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
    manager = com.arjuna.ats.jta.TransactionManager.transactionManager();
    registry = new ContainerSynchronizationRegistry(new TransactionSynchronizationRegistryImple());
    log = new TransactionLog();
  }

  /** The one transaction manager of this JVM. */
  public static SimulatedTransactions instance() {
    return INSTANCE;
  }

  /** The transaction manager itself. */
  public TransactionManager manager() {
    return manager;
  }

  /** What a bean with bean-managed transactions is given. */
  public jakarta.transaction.UserTransaction userTransaction() {
    return UserTransaction.userTransaction();
  }

  /** What an adapter is given. */
  public TransactionSynchronizationRegistry registry() {
    return registry;
  }

  /** The decisions that are not carried out everywhere yet. */
  public TransactionLog log() {
    return log;
  }

  /** The status of the calling thread's transaction, one of {@link Status}. */
  public int status() {
    try {
      return manager.getStatus();
    } catch (SystemException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The calling thread's transaction.
   *
   * @return null without one
   */
  public Transaction current() {
    try {
      return manager.getTransaction();
    } catch (SystemException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether an interposed synchronization of the calling thread is being told of completion. */
  public boolean isBeforeCompletion() {
    return registry.isBeforeCompletion();
  }

  /** The resources enlisted in the calling thread's transaction. */
  public Set<XAResource> enlisted() {
    return current() instanceof com.arjuna.ats.jta.transaction.Transaction known
        ? Set.copyOf(known.getResources().keySet())
        : Set.of();
  }

  /**
   * Runs a call in a transaction of its own, as a business method with REQUIRES_NEW: an exception
   * rolls it back.
   *
   * @param call what to run
   * @param <T> the type of its result
   * @return its result, after the commit
   * @throws Exception what the call or the commit throws
   */
  public <T> T inTransaction(Callable<T> call) throws Exception {
    Transaction outer = manager.suspend();
    try {
      manager.begin();
      T result;
      try {
        result = call.call();
      } catch (Throwable e) {
        manager.rollback();
        throw e;
      }
      complete();
      return result;
    } finally {
      if (outer != null) {
        manager.resume(outer);
      }
    }
  }

  private void complete() throws Exception {
    if (status() == Status.STATUS_ACTIVE) {
      manager.commit();
    } else {
      manager.rollback();
    }
  }

  /**
   * Finishes what a crash or a lost resource left in doubt: commits what the log says was decided,
   * rolls back everything else of ours that no running transaction owns.
   *
   * @param resources one of each resource manager
   * @return what was done
   */
  public RecoveryReport recover(Collection<XAResource> resources) {
    return new RecoveryPass(log).run(List.copyOf(resources));
  }
}
