package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * Runs work inside the container's current transaction. Nothing is ever tried again here: on some
 * databases one failed statement has spoilt the transaction already.
 */
public final class JoinedTransactions {

  private final EntityManagerFactory factory;
  private final EnlistedDataSource dataSource;
  private final Dialect dialect;

  /** On a persistence unit over {@code dataSource}. */
  public JoinedTransactions(
      EntityManagerFactory factory, EnlistedDataSource dataSource, Dialect dialect) {
    this.factory = factory;
    this.dataSource = dataSource;
    this.dialect = dialect;
  }

  /** Checks the connection, and so enlists it. */
  public void probe() {
    try {
      dataSource.probe();
    } catch (SQLException | UndeclaredThrowableException e) {
      throw SqlFailure.toException(
          "probe of the joined connection", new IllegalStateException(e), dialect, false);
    }
  }

  /**
   * Runs work; the container's transaction decides.
   *
   * @param checked whether the connection of this transaction was checked before
   */
  public <T> T run(String what, boolean checked, Function<Sql, T> work) {
    return checked ? dataSource.withKnownIsolation(() -> run(what, work)) : run(what, work);
  }

  private <T> T run(String what, Function<Sql, T> work) {
    EntityManager entityManager = factory.createEntityManager();
    EntityTransaction transaction = entityManager.getTransaction();
    try {
      transaction.begin();
      T result = work.apply(new Sql(entityManager));
      transaction.commit();
      entityManager.close();
      return result;
    } catch (Error e) {
      giveUp(entityManager, e);
      throw e;
    } catch (RuntimeException e) {
      giveUp(entityManager, e);
      QueueException ours = find(e);
      throw ours != null ? ours : SqlFailure.toException(what, e, dialect, false);
    }
  }

  /**
   * What a connection that is dead says to this does not hide what it died of. Payara's throws an
   * {@link UndeclaredThrowableException} then, also when it is closed.
   */
  private static void giveUp(EntityManager entityManager, Throwable failure) {
    try {
      if (entityManager.getTransaction().isActive()) {
        entityManager.getTransaction().rollback();
      }
      entityManager.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Providers wrap what a DataSource throws. */
  private static QueueException find(Throwable error) {
    Throwable next = error;
    while (next != null && !(next instanceof QueueException)) {
      next = next.getCause();
    }
    return (QueueException) next;
  }
}
