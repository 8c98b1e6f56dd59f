package dev.waybill.ra;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.AsyncSender;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.StreamWindows;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.delivery.DeliveryEngine;
import dev.waybill.core.delivery.Pulling;
import dev.waybill.core.delivery.Settlements;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.StoreOptions;
import dev.waybill.ra.config.AdapterConfiguration;
import dev.waybill.ra.lifecycle.ConfiguredStore;
import dev.waybill.ra.lifecycle.ContainerTransaction;
import dev.waybill.ra.lifecycle.DataSources;
import dev.waybill.ra.lifecycle.EnlistmentProbe;
import dev.waybill.ra.lifecycle.OpenStore;
import dev.waybill.ra.lifecycle.ServerNames;
import dev.waybill.ra.lifecycle.StoreLifecycle;
import dev.waybill.ra.recovery.Recovery;
import dev.waybill.ra.work.DetachedCalls;
import dev.waybill.ra.work.RegistryTransactionContext;
import dev.waybill.ra.work.TimerLoops;
import dev.waybill.ra.work.WorkScheduler;
import dev.waybill.ra.xa.BranchResource;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.UnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * What there is between the adapter's start and its stop: the parts that inbound and outbound are
 * built on. Safe for any number of threads.
 */
public final class RunningAdapter implements AdapterServices {

  private static final Duration FIRST_OPEN = Duration.ofSeconds(15);
  private static final Duration DETACHED_WAIT = Duration.ofSeconds(30);
  private static final Duration LAST_WORKS = Duration.ofSeconds(10);
  private static final Duration LAST_STEPS = Duration.ofSeconds(3);

  private final AdapterConfiguration configuration;
  private final ClassLoader loader;
  private final WorkScheduler scheduler;
  private final TimerLoops loops;
  private final TransactionContext transactions;
  private final StoreLifecycle store;
  private final BranchEventRelay events = new BranchEventRelay();
  private final XaBranches branches;
  private final StreamWindows windows;
  private final DetachedCalls detached;
  private final Settlements settlements;
  private final AsyncSender async;
  private final Random random = new SecureRandom();
  private final Recovery recovery;
  private volatile OpenAdapter opened;
  private volatile DeliveryEngine deliveries;

  private RunningAdapter(
      AdapterConfiguration configuration,
      BootstrapContext context,
      Function<StoreOptions, QueueStore> stores)
      throws UnavailableException {
    this.configuration = configuration;
    this.loader = RunningAdapter.class.getClassLoader();
    ServerNames names = ServerNames.ofServer();
    scheduler = new WorkScheduler(context.getWorkManager(), context.createTimer(), loader);
    loops = new TimerLoops(context, loader);
    settlements = new Settlements(scheduler);
    async = new AsyncSender(scheduler);
    Optional<ContainerTransaction> container = ContainerTransaction.find(names);
    transactions =
        new RegistryTransactionContext(
            context.getTransactionSynchronizationRegistry(),
            () -> container.map(ContainerTransaction::rollBack).orElse(false));
    detached = new DetachedCalls(scheduler, transactions, loader, DETACHED_WAIT);
    EnlistmentProbe probe =
        new EnlistmentProbe(container, System.getProperty("wlp.server.name") == null);
    store =
        new StoreLifecycle(
            new ConfiguredStore(
                configuration,
                UUID.randomUUID().toString(),
                new DataSources(names),
                probe,
                detached,
                stores),
            scheduler);
    branches = new XaBranches(() -> store.get().branches(), transactions, events, scheduler);
    windows = new StreamWindows(() -> store.get().streams(), scheduler);
    recovery = new Recovery(names, store, probe, scheduler, configuration);
  }

  /**
   * Starts the parts, and begins to open the store.
   *
   * @param configuration checked
   * @param context the container's services
   * @param stores opens a store
   * @return the running parts, whether the store is open yet or not
   * @throws UnavailableException if the container gives no Timer
   */
  static RunningAdapter start(
      AdapterConfiguration configuration,
      BootstrapContext context,
      Function<StoreOptions, QueueStore> stores)
      throws UnavailableException {
    RunningAdapter adapter = new RunningAdapter(configuration, context, stores);
    // Recovery may run at any moment from now on; it waits for the store that is opened next.
    adapter.recovery.register(adapter.newXaResource(), adapter.loader);
    adapter.store.whenOpen(adapter::sayReady);
    adapter.store.start(FIRST_OPEN);
    return adapter;
  }

  private void sayReady(OpenStore open) {
    RaLog.storeOpen(
        RaVersion.text(), configuration.nodeName(), open.store().description(), open.path());
  }

  /** The checked configuration. */
  public AdapterConfiguration configuration() {
    return configuration;
  }

  /** The adapter's class loader, for code on threads of applications. */
  public ClassLoader loader() {
    return loader;
  }

  /** Runs tasks on the container's WorkManager. */
  public WorkScheduler scheduler() {
    return scheduler;
  }

  /** Runs what must not wait for a thread of the WorkManager. */
  public TimerLoops loops() {
    return loops;
  }

  /** The caller's transaction. */
  public TransactionContext transactions() {
    return transactions;
  }

  /** The store, open or on its way. */
  public StoreLifecycle store() {
    return store;
  }

  /** The resource manager behind every XAResource of this adapter. */
  public XaBranches branches() {
    return branches;
  }

  /** Who waits to hear that messages are settled; opened and stopped with the deliveries. */
  Settlements settlements() {
    return settlements;
  }

  /** The streams that wait for their consumers. */
  public StreamWindows windows() {
    return windows;
  }

  /** Connects what delivers messages: it wants to know what branches did. */
  public void onDelivery(DeliveryEngine engine) {
    events.connect(engine);
    deliveries = engine;
  }

  @Override
  public Pulling pulling() {
    DeliveryEngine engine = deliveries;
    if (engine == null) {
      throw new QueueException(
          QueueException.Kind.UNAVAILABLE,
          "Waybill is still starting, so nothing can be received. Nothing was done. Make the call"
              + " again later.");
    }
    return engine.pulling();
  }

  @Override
  public BranchResource newXaResource() {
    return new BranchResource(branches, recovery::prepared);
  }

  @Override
  public OpenAdapter open() {
    OpenStore open = store.opened();
    OpenAdapter current = opened;
    return current == null ? assemble(open) : current;
  }

  @Override
  public JavaBodies javaBodies() {
    return configuration.javaBodies();
  }

  private synchronized OpenAdapter assemble(OpenStore open) {
    if (opened == null) {
      opened = parts(open);
    }
    return opened;
  }

  private OpenAdapter parts(OpenStore open) {
    BranchStore rows = open.store().branches();
    return new OpenAdapter(
        open.store(),
        transactions,
        new LocalBranch(rows, events),
        open.joined()
            ? Optional.of(new JoinedBranch(rows, transactions, events))
            : Optional.empty(),
        branches,
        windows,
        configuration.limits(),
        configuration.javaBodies(),
        random,
        detached,
        settlements,
        async,
        open.path());
  }

  /** Stops everything; deliveries have ended before. */
  void stop() {
    recovery.close();
    windows.stop();
    loops.stop(LAST_STEPS);
    scheduler.stop(LAST_WORKS);
    store.close();
    RaLog.stopped(configuration.nodeName());
  }
}
