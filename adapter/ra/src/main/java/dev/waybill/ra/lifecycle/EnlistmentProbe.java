package dev.waybill.ra.lifecycle;

import dev.waybill.ra.config.AdapterConfiguration.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Finds out whether the container enlists the connections of a DataSource in JTA transactions: an
 * enlisted connection reads auto-commit false (Payara, GlassFish and WildFly; Open Liberty hides
 * it). Runs on a Work, without a transaction.
 */
public final class EnlistmentProbe {

  /** What was found. */
  enum Enlistment {
    ENLISTED,
    NOT_ENLISTED
  }

  private final Optional<ContainerTransaction> transaction;
  private final boolean autoCommitTells;
  private volatile boolean waiting;

  /**
   * A probe.
   *
   * @param transaction how to begin a transaction here; empty if it cannot be begun
   * @param autoCommitTells whether an enlisted connection reads auto-commit false on this server
   */
  public EnlistmentProbe(Optional<ContainerTransaction> transaction, boolean autoCommitTells) {
    this.transaction = Objects.requireNonNull(transaction, "transaction");
    this.autoCommitTells = autoCommitTells;
  }

  /**
   * Whether a transaction is being tried right now. Payara holds XA transactions back until its
   * recovery has run, so recovery must not wait for this.
   */
  public boolean isWaiting() {
    return waiting;
  }

  Enlistment probe(Database.Named named, DataSource dataSource) throws StoreNotOpenException {
    ContainerTransaction container =
        transaction.orElseThrow(() -> undecided(named, "no transaction can be begun here", null));
    waiting = true;
    try {
      if (!readAutoCommit(dataSource)) {
        throw undecided(named, "its connections are never in auto-commit mode", null);
      }
      boolean autoCommit = container.within(() -> readAutoCommit(dataSource));
      if (autoCommit && !autoCommitTells) {
        throw undecided(named, "this server does not show it on the connection", null);
      }
      return autoCommit ? Enlistment.NOT_ENLISTED : Enlistment.ENLISTED;
    } catch (SQLException e) {
      throw StoreNotOpenException.failed(
          named.named()
              + " gives no connection ("
              + Reasons.of(e)
              + "); fix: check the DataSource in the server's configuration and its database.",
          e);
    } catch (ContainerTransaction.Failed e) {
      throw undecided(named, "a transaction cannot be begun: " + Reasons.of(e), e);
    } finally {
      waiting = false;
    }
  }

  private static boolean readAutoCommit(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return connection.getAutoCommit();
    }
  }

  private static StoreNotOpenException undecided(Database.Named named, String why, Throwable e) {
    return StoreNotOpenException.failed(
        "commitPath=\"auto\" cannot find out whether "
            + named.named()
            + " takes part in JTA transactions ("
            + why
            + "); accepted: joined, xa; fix: write commitPath=joined if it is the application's JTA"
            + " DataSource, commitPath=xa if it is not a JTA DataSource.",
        e);
  }
}
