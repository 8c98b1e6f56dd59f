package dev.waybill.ra.config;

import static dev.waybill.ra.config.AdapterProperties.COMMIT_PATH;
import static dev.waybill.ra.config.AdapterProperties.DATA_SOURCE;
import static dev.waybill.ra.config.AdapterProperties.EMBEDDED_DIRECTORY;
import static dev.waybill.ra.config.AdapterProperties.NODE_NAME;
import static dev.waybill.ra.config.AdapterProperties.NON_JTA_DATA_SOURCE;
import static dev.waybill.ra.config.AdapterProperties.PASSWORD;
import static dev.waybill.ra.config.AdapterProperties.URL;
import static dev.waybill.ra.config.AdapterProperties.USER;

import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A checked configuration of the adapter.
 *
 * @param database where the queue lives
 * @param syncOnCommit H2: whether commits are forced to disk before they are reported
 * @param schemaMode what to do about the schema
 * @param nodeName the stable name of this node
 * @param autoCreateQueues whether unknown queues are created by their first use
 * @param limits of sends
 * @param priorityAgeing how much waiting one step of priority is worth
 * @param javaBodies the objects that may be sent and read in Java's serialisation
 * @param poolSize connections of our own pool
 * @param pollInterval how long an idle activation waits without a signal
 * @param drainTimeout how long a stop waits for running deliveries
 * @param releaseHold the longest hold of messages of a two-phase commit
 * @param deadRetention how long history and dead messages are kept
 * @param recoveryWait how long a recovery pass waits for the store
 */
public record AdapterConfiguration(
    Database database,
    boolean syncOnCommit,
    SchemaMode schemaMode,
    String nodeName,
    boolean autoCreateQueues,
    Limits limits,
    Duration priorityAgeing,
    JavaBodies javaBodies,
    int poolSize,
    Duration pollInterval,
    Duration drainTimeout,
    Duration releaseHold,
    Duration deadRetention,
    Duration recoveryWait) {

  private static final int LONGEST_NODE_NAME = 100;

  /** Where the queue lives. */
  public sealed interface Database {

    /** The property and its value as messages name them, without credentials. */
    String named();

    /**
     * An H2 file database of our own.
     *
     * @param directory its directory, absolute
     */
    record Embedded(Path directory) implements Database {
      @Override
      public String named() {
        return EMBEDDED_DIRECTORY.name() + "=\"" + directory + "\"";
      }
    }

    /**
     * A database on connections of our own pool.
     *
     * @param url the JDBC URL
     * @param user may be empty
     * @param password may be empty
     */
    record Url(String url, String user, String password) implements Database {
      @Override
      public String named() {
        return URL.name() + "=\"" + Redaction.url(url) + "\"";
      }

      @Override
      public String toString() {
        return named();
      }
    }

    /**
     * A DataSource of the server.
     *
     * @param name its JNDI name
     * @param nonJtaName JNDI name of the one for our own commits
     * @param path how it is used
     */
    record Named(String name, Optional<String> nonJtaName, CommitPath path) implements Database {
      @Override
      public String named() {
        return DATA_SOURCE.name() + "=\"" + name + "\"";
      }
    }
  }

  /**
   * Reads the configuration of the adapter.
   *
   * @param texts by property name; null and blank texts count as absent
   * @param surroundings what the server says of itself
   * @return the configuration
   * @throws InvalidConfigurationException with all problems at once
   */
  public static AdapterConfiguration parse(Map<String, String> texts, Surroundings surroundings)
      throws InvalidConfigurationException {
    Reading reading = new Reading(texts);
    AdapterConfiguration configuration = read(reading, surroundings);
    if (!reading.problems().isEmpty()) {
      throw new InvalidConfigurationException("Resource adapter", reading.problems());
    }
    return configuration;
  }

  private static AdapterConfiguration read(Reading reading, Surroundings surroundings) {
    return new AdapterConfiguration(
        readDatabase(reading, surroundings),
        reading.get(AdapterProperties.SYNC_ON_COMMIT),
        reading.get(AdapterProperties.SCHEMA_MODE),
        readNodeName(reading, surroundings),
        reading.get(AdapterProperties.AUTO_CREATE_QUEUES),
        new Limits(
            reading.get(AdapterProperties.MAX_MESSAGE_BYTES),
            reading.get(AdapterProperties.MAX_BATCH_MESSAGES),
            reading.get(AdapterProperties.MAX_BATCH_BYTES),
            reading.get(AdapterProperties.MAX_DELAY),
            reading.get(AdapterProperties.DEDUPLICATION_WINDOW)),
        reading.get(AdapterProperties.PRIORITY_AGEING),
        reading
            .find(AdapterProperties.ALLOWED_JAVA_CLASSES)
            .map(JavaBodies::new)
            .orElse(JavaBodies.OFF),
        reading.get(AdapterProperties.POOL_SIZE),
        reading.get(AdapterProperties.POLL_INTERVAL),
        reading.get(AdapterProperties.DRAIN_TIMEOUT),
        reading.get(AdapterProperties.RELEASE_HOLD),
        reading.get(AdapterProperties.DEAD_RETENTION),
        reading.get(AdapterProperties.RECOVERY_WAIT));
  }

  private static String readNodeName(Reading reading, Surroundings surroundings) {
    String name = reading.find(NODE_NAME).orElseGet(surroundings::nodeName);
    if (name.length() > LONGEST_NODE_NAME) {
      if (reading.isSet(NODE_NAME)) {
        reading.add(NODE_NAME.problem(name, "is too long"));
      }
      return name.substring(0, LONGEST_NODE_NAME);
    }
    return name;
  }

  private static Database readDatabase(Reading reading, Surroundings surroundings) {
    Optional<String> url = reading.find(URL);
    Optional<String> dataSource = reading.find(DATA_SOURCE);
    Optional<String> nonJta = reading.find(NON_JTA_DATA_SOURCE);
    Optional<String> directory = reading.find(EMBEDDED_DIRECTORY);
    Optional<String> user = reading.find(USER);
    Optional<String> password = reading.find(PASSWORD);
    CommitPath path = reading.get(COMMIT_PATH);
    checkTogether(reading, path);
    if (dataSource.isPresent()) {
      return new Database.Named(dataSource.get(), nonJta, path);
    }
    if (url.isPresent()) {
      if (!url.get().startsWith("jdbc:")) {
        reading.add(URL.problem(Redaction.url(url.get()), "is not a JDBC URL"));
      }
      return new Database.Url(url.get(), user.orElse(""), password.orElse(""));
    }
    try {
      return new Database.Embedded(
          directory.map(Path::of).orElseGet(surroundings::embeddedDirectory).toAbsolutePath());
    } catch (InvalidPathException e) {
      reading.add(EMBEDDED_DIRECTORY.problem(directory.orElseThrow(), "is not a path"));
      return new Database.Embedded(surroundings.embeddedDirectory());
    }
  }

  private static void checkTogether(Reading reading, CommitPath path) {
    boolean url = reading.isSet(URL);
    boolean dataSource = reading.isSet(DATA_SOURCE);
    if (url && dataSource) {
      reading.add(
          DATA_SOURCE.problem(
              reading.text(DATA_SOURCE),
              "is set beside url",
              "remove one of the two: url is a database of the queue's own, dataSource a DataSource"
                  + " of the server"));
    }
    needs(reading, USER, url, "url");
    needs(reading, PASSWORD, url, "url");
    needs(reading, NON_JTA_DATA_SOURCE, dataSource, "dataSource");
    if (path != CommitPath.AUTO) {
      needs(reading, COMMIT_PATH, dataSource, "dataSource");
    }
    if (reading.isSet(NON_JTA_DATA_SOURCE) && path == CommitPath.XA) {
      reading.add(
          NON_JTA_DATA_SOURCE.problem(
              reading.text(NON_JTA_DATA_SOURCE),
              "is only for the joined path",
              "remove it, or write commitPath=joined"));
    }
    if (reading.isSet(EMBEDDED_DIRECTORY) && (url || dataSource)) {
      reading.add(
          EMBEDDED_DIRECTORY.problem(
              reading.text(EMBEDDED_DIRECTORY),
              "has no effect beside " + (url ? "url" : "dataSource"),
              "remove one of the two"));
    }
  }

  private static void needs(Reading reading, Property<?> property, boolean there, String other) {
    if (reading.isSet(property) && !there) {
      reading.add(
          property.problem(
              reading.text(property),
              "has no effect without " + other,
              "set " + other + ", or remove " + property.name()));
    }
  }
}
