package dev.waybill.ra.config;

import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.ra.config.ValueType.Choice;
import dev.waybill.ra.config.ValueType.Classes;
import dev.waybill.ra.config.ValueType.Flag;
import dev.waybill.ra.config.ValueType.Secret;
import dev.waybill.ra.config.ValueType.Span;
import dev.waybill.ra.config.ValueType.Text;
import dev.waybill.ra.config.ValueType.Whole;
import java.time.Duration;
import java.util.List;

/** The properties of the resource adapter. */
public final class AdapterProperties {

  static final Property<String> URL =
      Property.optional(
          "url",
          new Text("a JDBC URL"),
          "jdbc:h2:file:/var/lib/waybill/queue",
          "The queue's own database, on connections of the adapter's own pool: H2,"
              + " PostgreSQL 15 or later as `jdbc:postgresql://host:5432/queue` (its driver is in"
              + " the RAR), or MariaDB 10.11 or later as `jdbc:mariadb://host:3306/queue` (its"
              + " driver has to be in the server)."
              + " Excludes `dataSource`.");
  static final Property<String> USER =
      Property.optional("user", new Text("any text"), "waybill", "The database user for `url`.");
  static final Property<String> PASSWORD =
      Property.optional(
          "password", new Secret(), "...", "The password for `url`. Never written to a log.");
  static final Property<String> DATA_SOURCE =
      Property.optional(
          "dataSource",
          new Text("a JNDI name"),
          "jdbc/orders",
          "A DataSource of the server: the application's own JTA DataSource (the joined path: queue"
              + " and business rows commit in one local transaction) or a non-JTA DataSource of the"
              + " queue's own database. Excludes `url`. A resource of the server or a `java:global/` name;"
              + " waited for if it is not bound yet.");
  static final Property<String> NON_JTA_DATA_SOURCE =
      Property.optional(
          "nonJtaDataSource",
          new Text("a JNDI name"),
          "jdbc/orders-nontx",
          "On the joined path, a non-JTA DataSource of the same database for the adapter's own short"
              + " commits (claims, attempts). Without it they use `dataSource` on threads without a"
              + " transaction.");
  static final Property<CommitPath> COMMIT_PATH =
      Property.of(
          "commitPath",
          new Choice<>(CommitPath.class),
          "auto",
          "How `dataSource` is used: `joined` (JTA), `xa` (not JTA), or `auto`: find out.");
  static final Property<String> EMBEDDED_DIRECTORY =
      Property.optional(
          "embeddedDirectory",
          new Text("a directory that the server may write to"),
          "/var/lib/waybill",
          "Where the embedded H2 database lies when neither `url` nor `dataSource` is set. Default:"
              + " `waybill` in the server's instance directory (`com.sun.aas.instanceRoot`,"
              + " `jboss.server.data.dir` or `server.output.dir`), unless that lies in the temporary"
              + " directory; else `waybill-data` in the directory the server was started in.");
  static final Property<Boolean> SYNC_ON_COMMIT =
      Property.of(
          "syncOnCommit",
          new Flag(),
          "true",
          "H2 only: report a commit after its pages were forced to disk. When off, a power cut or a"
              + " crash of the operating system loses the last commits; a kill of the server loses"
              + " nothing either way.");
  static final Property<SchemaMode> SCHEMA_MODE =
      Property.of(
          "schemaMode",
          new Choice<>(SchemaMode.class),
          "migrate",
          "At start: bring the tables up to date (`migrate`), check them (`validate`), or trust them"
              + " (`off`).");
  static final Property<String> NODE_NAME =
      Property.optional(
          "nodeName",
          new Text("1 to 100 characters, the same at each start, unique among running nodes"),
          "node-1",
          "The stable name of this node; a server whose name another running one has does not open"
              + " its queue. Default: host name and server instance.");
  static final Property<Boolean> AUTO_CREATE_QUEUES =
      Property.of(
          "autoCreateQueues",
          new Flag(),
          "true",
          "Create a queue when a send, an activation or a dead letter first names it.");
  static final Property<Integer> MAX_MESSAGE_BYTES =
      Property.of(
          "maxMessageBytes",
          new Whole(1, 64 * 1024 * 1024, "bytes"),
          "131072",
          "The largest message: body and headers.");
  static final Property<Integer> MAX_BATCH_MESSAGES =
      Property.of(
          "maxBatchMessages",
          new Whole(1, 10_000, "messages"),
          "100",
          "The most messages in one `sendBatch`.");
  static final Property<Integer> MAX_BATCH_BYTES =
      Property.of(
          "maxBatchBytes",
          new Whole(1, 256 * 1024 * 1024, "bytes"),
          "262144",
          "The largest `sendBatch`: bodies and headers.");
  static final Property<Duration> MAX_DELAY =
      Property.of(
          "maxDelay",
          new Span(Duration.ZERO, Duration.ofDays(365)),
          "12h",
          "The longest delay of a send or a retry.");
  static final Property<Duration> DEDUPLICATION_WINDOW =
      Property.of(
          "deduplicationWindow",
          new Span(Duration.ofSeconds(1), Duration.ofDays(365)),
          "1h",
          "How long a queue remembers the deduplication ids of messages, from the commit of their"
              + " send on: a send with the same id within that time sends nothing.");
  static final Property<Duration> PRIORITY_AGEING =
      Property.of(
          "priorityAgeing",
          new Span(Duration.ZERO, Duration.ofDays(1)),
          "1m",
          "How much waiting one step of priority is worth; `0s` orders by availability alone.");
  static final Property<List<String>> ALLOWED_JAVA_CLASSES =
      Property.optional(
          "allowedJavaClasses",
          new Classes(),
          "com.acme.orders.*,java.util.ArrayList",
          "The classes whose objects may be sent and read as `java` bodies (Java serialisation);"
              + " without it there are no such bodies. Objects are checked class by class when they"
              + " are sent and, by an `ObjectInputFilter`, when they are read. Strings, arrays of"
              + " what is allowed, and the wrappers of primitives need no entry.");
  static final Property<Integer> POOL_SIZE =
      Property.of(
          "poolSize",
          new Whole(2, 500, "connections"),
          "10",
          "The most connections of the adapter's own pool (`url` and the embedded database).");
  static final Property<Duration> POLL_INTERVAL =
      Property.of(
          "pollInterval",
          new Span(Duration.ofMillis(50), Duration.ofHours(1)),
          "5s",
          "How long an idle activation waits before it looks again without having been woken.");
  static final Property<Duration> DRAIN_TIMEOUT =
      Property.of(
          "drainTimeout",
          new Span(Duration.ZERO, Duration.ofHours(1)),
          "30s",
          "How long a stop or undeployment waits for running deliveries.");
  static final Property<Duration> RELEASE_HOLD =
      Property.of(
          "releaseHold",
          new Span(Duration.ZERO, Duration.ofHours(1)),
          "5s",
          "The longest time that messages of a two-phase commit stay hidden when nobody reported the"
              + " end of their transaction.");
  static final Property<Duration> DEAD_RETENTION =
      Property.of(
          "deadRetention",
          new Span(Duration.ZERO, Duration.ofDays(3650)),
          "14d",
          "How long attempt history and messages that were settled as dead are kept.");
  static final Property<Duration> RECOVERY_WAIT =
      Property.of(
          "recoveryWait",
          new Span(Duration.ZERO, Duration.ofHours(1)),
          "1m",
          "How long a recovery pass of the transaction manager waits for the database to be"
              + " reachable, where an empty answer would lose decisions (Payara, GlassFish).");

  /** All of them, in the order of the reference page. */
  public static final List<Property<?>> ALL =
      List.of(
          URL,
          USER,
          PASSWORD,
          DATA_SOURCE,
          NON_JTA_DATA_SOURCE,
          COMMIT_PATH,
          EMBEDDED_DIRECTORY,
          SYNC_ON_COMMIT,
          SCHEMA_MODE,
          NODE_NAME,
          AUTO_CREATE_QUEUES,
          MAX_MESSAGE_BYTES,
          MAX_BATCH_MESSAGES,
          MAX_BATCH_BYTES,
          MAX_DELAY,
          DEDUPLICATION_WINDOW,
          PRIORITY_AGEING,
          ALLOWED_JAVA_CLASSES,
          POOL_SIZE,
          POLL_INTERVAL,
          DRAIN_TIMEOUT,
          RELEASE_HOLD,
          DEAD_RETENTION,
          RECOVERY_WAIT);

  private AdapterProperties() {}
}
