package dev.waybill.ra.lifecycle;

import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;

/** Begins transactions of the container, and rolls them back. */
public final class ContainerTransaction {

  private static final List<String> NAMES =
      List.of(
          "java:appserver/TransactionManager",
          "java:jboss/TransactionManager",
          "java:comp/UserTransaction",
          "UserTransaction");

  private final Step begin;
  private final Step rollback;

  private ContainerTransaction(Step begin, Step rollback) {
    this.begin = begin;
    this.rollback = rollback;
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  /**
   * What runs inside the transaction.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  interface Body<T> {
    T call() throws SQLException;
  }

  /** A transaction could not be begun or ended. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(Throwable cause) {
      super(cause);
    }
  }

  /** Looks for a way to begin transactions under the names servers bind it to. */
  public static Optional<ContainerTransaction> find(ServerNames names) {
    return NAMES.stream().flatMap(name -> lookup(names, name).stream()).findFirst();
  }

  private static Optional<ContainerTransaction> lookup(ServerNames names, String name) {
    try {
      Object found = names.find(name).orElse(null);
      if (found instanceof TransactionManager manager) {
        return Optional.of(new ContainerTransaction(manager::begin, manager::rollback));
      }
      if (found instanceof UserTransaction user) {
        return Optional.of(new ContainerTransaction(user::begin, user::rollback));
      }
      return Optional.empty();
    } catch (NamingException e) {
      return Optional.empty();
    }
  }

  /**
   * Rolls back the transaction that the calling thread has.
   *
   * @return false if that failed
   */
  public boolean rollBack() {
    try {
      rollback.run();
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  /** Runs a body inside a transaction that is rolled back afterwards. */
  <T> T within(Body<T> body) throws SQLException, Failed {
    try {
      begin.run();
    } catch (Exception e) {
      throw new Failed(e);
    }
    T result;
    try {
      result = body.call();
    } catch (SQLException | RuntimeException e) {
      try {
        rollback.run();
      } catch (Exception alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
    try {
      rollback.run();
      return result;
    } catch (Exception e) {
      throw new Failed(e);
    }
  }
}
