package dev.waybill.core.store;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.core.store.entity.Attempt;
import dev.waybill.core.store.entity.BranchRecord;
import dev.waybill.core.store.entity.ConsumerGroup;
import dev.waybill.core.store.entity.Delivery;
import dev.waybill.core.store.entity.LeaseLimit;
import dev.waybill.core.store.entity.LeaseRow;
import dev.waybill.core.store.entity.LeaseTerm;
import dev.waybill.core.store.entity.NodeRecord;
import dev.waybill.core.store.entity.OptionalUuid;
import dev.waybill.core.store.entity.PlannedSettlement;
import dev.waybill.core.store.entity.QueueDefinition;
import dev.waybill.core.store.entity.StoredMessage;
import dev.waybill.core.store.schema.Schema;
import dev.waybill.core.store.schema.SchemaScript;
import dev.waybill.core.store.sql.DatabaseClock;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.EnlistedDataSource;
import dev.waybill.core.store.sql.EnlistmentProof;
import dev.waybill.core.store.sql.JoinedTransactions;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.PersistenceUnit;
import dev.waybill.core.store.sql.Transactions;
import jakarta.persistence.EntityManagerFactory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Opens stores. */
public final class QueueStores {

  static final List<Class<?>> ENTITIES =
      List.of(
          QueueDefinition.class,
          ConsumerGroup.class,
          StoredMessage.class,
          Delivery.class,
          LeaseRow.class,
          LeaseTerm.class,
          LeaseLimit.class,
          Attempt.class,
          BranchRecord.class,
          PlannedSettlement.class,
          NodeRecord.class);

  static final List<Class<?>> MANAGED =
      Stream.concat(ENTITIES.stream(), Stream.of(OptionalUuid.class)).toList();

  /** Two adapters of one server share its transaction manager. */
  private static final String THIS_PROCESS =
      ManagementFactory.getRuntimeMXBean().getName()
          + ":"
          + ManagementFactory.getRuntimeMXBean().getStartTime();

  private QueueStores() {}

  /**
   * Opens a store: connects, brings the schema up to date, and builds the persistence unit. Must be
   * called without a transaction.
   *
   * @param options where and how
   * @return its owner closes it
   * @throws dev.waybill.api.QueueException {@code UNAVAILABLE} if the database cannot be reached,
   *     and as {@link NodeNameTakenException} while another start has the name of this node; {@code
   *     INVALID} if it is of an unknown kind, or its schema does not fit. Nothing is left open
   */
  public static QueueStore open(StoreOptions options) {
    return open(options, StoreAccess.open(options));
  }

  static QueueStore open(StoreOptions options, StoreAccess access) {
    return open(options, access, THIS_PROCESS);
  }

  static QueueStore open(StoreOptions options, StoreAccess access, String process) {
    List<EntityManagerFactory> units = new ArrayList<>();
    try {
      return access.detached().call(() -> open(options, access, units, process));
    } catch (RuntimeException e) {
      units.forEach(EntityManagerFactory::close);
      access.close();
      throw e;
    }
  }

  /**
   * The SQL that creates the schema, for people who apply it by hand.
   *
   * @param product the kind of database, as in {@code H2}
   */
  public static String schemaSql(String product) {
    Dialect dialect = Dialect.ofProduct(product, "The argument");
    return Schema.print(SchemaScript.of(dialect.scriptFolder()));
  }

  private static QueueStore open(
      StoreOptions options, StoreAccess access, List<EntityManagerFactory> units, String process) {
    Dialect dialect = access.dialect();
    EntityManagerFactory unit = PersistenceUnit.open(access.own(), MANAGED);
    units.add(unit);
    Transactions transactions =
        new Transactions(
            unit, dialect, access.durable(), options.source() instanceof Source.Joined);
    StoreClock clock = options.clock();
    Runnable synchroniseClock = () -> {};
    if (clock == null) {
      DatabaseClock following = new DatabaseClock(() -> databaseMicros(transactions, dialect));
      clock = following;
      synchroniseClock = following::synchronise;
    }
    applySchema(options, access, clock);
    NodeRegistry nodes = new NodeRegistry(transactions, clock, options, process);
    nodes.join();
    // Only now: an opening that fails is tried again and again.
    if (!access.risks().isEmpty()) {
      StoreLog.notDurable(access.where(), access.risks());
    }
    JoinedPath joined = JoinedPath.none();
    if (options.source() instanceof Source.Joined source) {
      joined = openJoined(source, access, transactions, units);
    }
    return wire(options, access, units, transactions, clock, synchroniseClock, nodes, joined);
  }

  private static QueueStore wire(
      StoreOptions options,
      StoreAccess access,
      List<EntityManagerFactory> units,
      Transactions transactions,
      StoreClock clock,
      Runnable synchroniseClock,
      NodeRegistry nodes,
      JoinedPath joined) {
    long ageing = Micros.of(options.priorityAgeing());
    QueueCatalog catalog = new QueueCatalog(transactions, access.detached(), clock, options);
    MessageRows messages = new MessageRows(access.dialect(), catalog, ageing);
    OwnBlocks blocks = new OwnBlocks();
    AnswerRows answers = new AnswerRows(transactions, clock, options.incarnation());
    LeaseEnding ending =
        new LeaseEnding(access.dialect(), messages, catalog, blocks, answers, ageing);
    InDoubtBranches inDoubt = new InDoubtBranches(transactions, clock, nodes, options);
    BranchRows branchRows = new BranchRows(transactions, clock, options);
    BranchReleases releases = new BranchReleases(transactions, branchRows, messages, clock);
    SentIdRows ids =
        new SentIdRows(transactions, access.dialect(), catalog, access.detached(), clock);
    StreamRows streams = new StreamRows(transactions, access.dialect(), access.detached());
    WatermarkRows watermarks = new WatermarkRows(transactions, access.dialect(), access.detached());
    JpaBranchStore branches =
        new JpaBranchStore(
            transactions,
            joined,
            new OperationWriter(messages, ending, catalog, ids, streams, watermarks),
            releases,
            branchRows,
            ids,
            watermarks,
            inDoubt,
            nodes,
            clock);
    ClaimScan scan = new ClaimScan(access.dialect(), ageing, clock);
    JpaLeaseStore leases =
        new JpaLeaseStore(
            transactions,
            catalog,
            scan,
            ending,
            new Expiry(transactions, ending, catalog, clock),
            blocks,
            clock);
    return new JpaQueueStore(
        access,
        units,
        synchroniseClock,
        clock,
        nodes,
        branches,
        streams,
        leases,
        catalog,
        answers,
        new JpaUpkeep(
            transactions,
            access.dialect(),
            clock,
            releases,
            ids,
            answers,
            new Turns(transactions, clock, options.nodeId()),
            new KeyLines(transactions, access.dialect(), scan, clock, ageing)),
        access.dialect().notifies()
            ? Optional.of(
                new PostgresNotifications(transactions, nodes, access.own(), options.incarnation()))
            : Optional.empty());
  }

  private static void applySchema(StoreOptions options, StoreAccess access, StoreClock clock) {
    Schema schema = new Schema(access.own(), access.dialect(), access.where());
    switch (options.schemaMode()) {
      case MIGRATE ->
          schema.migrate(clock, script -> StoreLog.schemaApplied(script, access.where()));
      case VALIDATE -> schema.validate();
      case OFF -> {}
    }
  }

  private static JoinedPath openJoined(
      Source.Joined source,
      StoreAccess access,
      Transactions transactions,
      List<EntityManagerFactory> units) {
    EnlistmentProof proof =
        new EnlistmentProof(
            key ->
                access
                    .detached()
                    .call(
                        () ->
                            transactions.repeatable(
                                "look for the probe of the joined connection",
                                sql ->
                                    !sql.select("select id from wb_probe where id = ?", key)
                                        .isEmpty())));
    EnlistedDataSource enlisted = new EnlistedDataSource(source.dataSource(), source.name(), proof);
    EntityManagerFactory unit = PersistenceUnit.open(enlisted, MANAGED);
    units.add(unit);
    enlisted.startChecking();
    return JoinedPath.of(new JoinedTransactions(unit, enlisted, access.dialect()));
  }

  private static long databaseMicros(Transactions transactions, Dialect dialect) {
    return transactions.repeatable(
        "read the database's clock",
        sql -> sql.selectOne(dialect.clockQuery()).orElseThrow().number(0));
  }
}
