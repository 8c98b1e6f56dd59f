package dev.waybill.ra.lifecycle;

import dev.waybill.api.QueueException;
import dev.waybill.core.store.NodeNameTakenException;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.StoreOptions;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.ra.config.AdapterConfiguration;
import dev.waybill.ra.config.AdapterConfiguration.Database;
import dev.waybill.ra.config.Redaction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.sql.DataSource;

/** Opens the store that the adapter's configuration describes. */
public final class ConfiguredStore implements StoreOpener {

  private static final String EMBEDDED_FILE = "waybill";
  private static final String EMBEDDED_USER = "waybill";

  private final AdapterConfiguration configuration;
  private final String incarnation;
  private final DataSources dataSources;
  private final EnlistmentProbe probe;
  private final Function<Callable<Object>, Object> detached;
  private final Function<StoreOptions, QueueStore> factory;
  private volatile NodeNameTakenException firstTaken;

  /**
   * An opener.
   *
   * @param configuration what to open
   * @param incarnation differs between two starts of the adapter on one node
   * @param dataSources finds the server's DataSources
   * @param probe tells a JTA DataSource from another
   * @param detached runs commits of our own
   * @param factory opens a store
   */
  public ConfiguredStore(
      AdapterConfiguration configuration,
      String incarnation,
      DataSources dataSources,
      EnlistmentProbe probe,
      Function<Callable<Object>, Object> detached,
      Function<StoreOptions, QueueStore> factory) {
    this.configuration = Objects.requireNonNull(configuration, "configuration");
    this.incarnation = Objects.requireNonNull(incarnation, "incarnation");
    this.dataSources = Objects.requireNonNull(dataSources, "dataSources");
    this.probe = Objects.requireNonNull(probe, "probe");
    this.detached = Objects.requireNonNull(detached, "detached");
    this.factory = Objects.requireNonNull(factory, "factory");
  }

  @Override
  public OpenStore open() throws StoreNotOpenException {
    Database database = configuration.database();
    if (database instanceof Database.Embedded embedded) {
      return openEmbedded(embedded);
    }
    if (database instanceof Database.Url url) {
      return open(
          new Source.Url(url.url(), url.user(), url.password(), configuration.syncOnCommit()),
          false,
          "url is a database of the queue's own",
          "check that the database runs and that url, user and password are right");
    }
    return openNamed((Database.Named) database);
  }

  private OpenStore openEmbedded(Database.Embedded embedded) throws StoreNotOpenException {
    try {
      Files.createDirectories(embedded.directory());
    } catch (IOException e) {
      throw StoreNotOpenException.failed(
          embedded.named()
              + " cannot be created ("
              + e
              + "); fix: name a directory that the server may write to.",
          e);
    }
    // Without DB_CLOSE_ON_EXIT=FALSE a shutdown hook of H2 closes it under deliveries that drain.
    String url =
        "jdbc:h2:file:" + embedded.directory().resolve(EMBEDDED_FILE) + ";DB_CLOSE_ON_EXIT=FALSE";
    return open(
        new Source.Url(url, EMBEDDED_USER, "", configuration.syncOnCommit()),
        false,
        "the embedded database is the queue's own",
        "check that the server may write there and that no other process has the database open");
  }

  private OpenStore openNamed(Database.Named named) throws StoreNotOpenException {
    DataSource dataSource = dataSources.find("dataSource", named.name());
    String fix = "check the DataSource in the server's configuration";
    return switch (named.path()) {
      case JOINED ->
          open(joined(named, dataSource), true, "commitPath=joined with " + named.named(), fix);
      case XA ->
          open(
              new Source.Pooled(dataSource, named.name(), configuration.syncOnCommit()),
              false,
              "commitPath=xa with " + named.named(),
              fix);
      case AUTO ->
          switch (probe.probe(named, dataSource)) {
            case ENLISTED ->
                open(
                    joined(named, dataSource),
                    true,
                    named.named() + " takes part in JTA transactions",
                    fix);
            case NOT_ENLISTED ->
                open(
                    new Source.Pooled(dataSource, named.name(), configuration.syncOnCommit()),
                    false,
                    named.named() + " takes no part in JTA transactions",
                    fix);
          };
    };
  }

  private Source joined(Database.Named named, DataSource dataSource) throws StoreNotOpenException {
    Optional<DataSource> own = Optional.empty();
    if (named.nonJtaName().isPresent()) {
      own = Optional.of(dataSources.find("nonJtaDataSource", named.nonJtaName().get()));
    }
    return new Source.Joined(dataSource, named.name(), own, configuration.syncOnCommit());
  }

  private OpenStore open(Source source, boolean joined, String why, String fix)
      throws StoreNotOpenException {
    StoreOptions options =
        new StoreOptions(
            source,
            configuration.schemaMode(),
            configuration.nodeName(),
            incarnation,
            configuration.autoCreateQueues(),
            configuration.limits().maxDelay(),
            configuration.priorityAgeing(),
            configuration.poolSize(),
            null,
            detached);
    try {
      return new OpenStore(factory.apply(options), joined, why);
    } catch (NodeNameTakenException e) {
      throw nameTaken(e);
    } catch (QueueException e) {
      // A schema or a kind of database that does not fit: the store says itself what to do.
      if (e.kind() == QueueException.Kind.INVALID) {
        throw StoreNotOpenException.failed(e.getMessage(), e);
      }
      throw notOpened(e, fix);
    } catch (RuntimeException e) {
      throw notOpened(e, fix);
    }
  }

  private StoreNotOpenException nameTaken(NodeNameTakenException taken) {
    boolean alive = firstTaken != null && taken.provesLifeSince(firstTaken);
    if (!alive) {
      firstTaken = taken;
    }
    return StoreNotOpenException.nameTaken(taken, alive);
  }

  private StoreNotOpenException notOpened(RuntimeException e, String fix) {
    return StoreNotOpenException.failed(
        configuration.database().named()
            + " cannot be opened ("
            + Redaction.url(Reasons.of(e))
            + "); fix: "
            + fix
            + ".",
        e);
  }
}
