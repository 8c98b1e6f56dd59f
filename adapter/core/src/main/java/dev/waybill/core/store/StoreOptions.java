package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * What it takes to open a {@link QueueStore}.
 *
 * @param source where the database is
 * @param schemaMode what to do about the schema
 * @param nodeId the stable name of this node
 * @param incarnation differs between two starts of the adapter on one node
 * @param autoCreateQueues whether unknown queues are created by their first use
 * @param maxDelay the longest delay that is accepted, 0 or more
 * @param priorityAgeing how much waiting time one step of priority is worth
 * @param poolSize connections of our own pool, where we have one
 * @param clock null: the database's time
 * @param detached runs a call on a thread without a transaction and waits for its result; used for
 *     commits of our own that are asked for inside a caller's transaction
 */
public record StoreOptions(
    Source source,
    SchemaMode schemaMode,
    String nodeId,
    String incarnation,
    boolean autoCreateQueues,
    Duration maxDelay,
    Duration priorityAgeing,
    int poolSize,
    StoreClock clock,
    Function<Callable<Object>, Object> detached) {

  /** Where the database is, and on whose connections we write. */
  public sealed interface Source {

    /**
     * A pool of our own on a JDBC URL.
     *
     * @param url the JDBC URL
     * @param user may be empty
     * @param password may be empty
     * @param syncOnCommit for a file database of H2: whether a commit is reported only after its
     *     pages were forced to disk; ignored for other databases
     */
    record Url(String url, String user, String password, boolean syncOnCommit) implements Source {}

    /**
     * A non-JTA DataSource of the container, for the queue's own database.
     *
     * @param dataSource the DataSource
     * @param name its JNDI name, for messages
     * @param syncOnCommit as for {@link Url}
     */
    record Pooled(DataSource dataSource, String name, boolean syncOnCommit) implements Source {}

    /**
     * The application's JTA DataSource: the joined path.
     *
     * @param dataSource the JTA DataSource, on which operations of active transactions are written
     * @param name its JNDI name, for messages
     * @param own a non-JTA DataSource on the same database for our own commits; empty: the JTA
     *     DataSource is used on threads without a transaction
     * @param syncOnCommit as for {@link Url}
     */
    record Joined(
        DataSource dataSource, String name, Optional<DataSource> own, boolean syncOnCommit)
        implements Source {}
  }

  /** What to do about the schema. */
  public enum SchemaMode {
    /** Bring it up to date, under a lock. */
    MIGRATE,
    /** Check that it is up to date; an error with what is missing if not. */
    VALIDATE,
    /** Trust it. */
    OFF
  }
}
