package dev.waybill.testkit.work;

import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.transactions.SimulatedTransactions;
import jakarta.resource.spi.work.Work;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;

/**
 * What surrounds every Work of a container: no transaction, and a context class loader that knows
 * neither adapter nor application, as on real servers where it is anybody's.
 *
 * @param checker is told which threads run Work
 * @param transactions the transactions of the container
 */
public record WorkEnvironment(ContractChecker checker, SimulatedTransactions transactions) {

  void run(Work work) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    Transaction callers = suspend();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    checker.workBegins();
    try {
      work.run();
    } finally {
      checker.workEnds();
      thread.setContextClassLoader(loader);
      endLeftOver(work);
      resume(callers);
    }
  }

  private Transaction suspend() {
    try {
      return manager().suspend();
    } catch (SystemException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endLeftOver(Work work) {
    Transaction left = suspend();
    if (left != null) {
      checker.violation(work + " left a transaction on its thread");
      try {
        left.rollback();
      } catch (SystemException | IllegalStateException e) {
        checker.violation("That transaction could not be rolled back: " + e);
      }
    }
  }

  private void resume(Transaction transaction) {
    if (transaction != null) {
      try {
        manager().resume(transaction);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private TransactionManager manager() {
    return transactions.manager();
  }
}
