package dev.waybill.testkit;

import dev.waybill.testkit.connections.EnlistingDataSource;
import dev.waybill.testkit.endpoints.EndpointSettings;
import dev.waybill.testkit.endpoints.SimulatedEndpointFactory;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyDataSource;
import dev.waybill.testkit.faults.FaultyXaResource;
import dev.waybill.testkit.faults.Lifeline;
import dev.waybill.testkit.outbound.SimulatedConnectionManager;
import dev.waybill.testkit.outbound.TransactionLevel;
import dev.waybill.testkit.transactions.RecoveryReport;
import dev.waybill.testkit.transactions.SimulatedTransactions;
import dev.waybill.testkit.work.SimulatedWorkManager;
import dev.waybill.testkit.work.SteppingWorkManager;
import dev.waybill.testkit.work.ThreadedWorkManager;
import dev.waybill.testkit.work.WorkEnvironment;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;

/**
 * One run of a server with one resource adapter. It is started, used, and then either stopped or
 * crashed; a restart is a new container with a new adapter instance on the same databases. All
 * containers of a JVM share the transaction manager, its log and JNDI.
 */
public final class SimulatedContainer implements AutoCloseable {

  private record Activation(SimulatedEndpointFactory factory, ActivationSpec spec) {}

  private final ContractChecker checker = new ContractChecker();
  private final Lifeline lifeline = new Lifeline();
  private final Faults adapterFaults = new Faults();
  private final SimulatedTransactions transactions = SimulatedTransactions.instance();
  private final SimulatedWorkManager workManager;
  private final SimulatedBootstrapContext bootstrap;
  private final Deque<Activation> activations = new ArrayDeque<>();
  private final List<SimulatedConnectionManager> pools = new CopyOnWriteArrayList<>();
  private final List<EnlistingDataSource> dataSources = new CopyOnWriteArrayList<>();
  private final List<Runnable> unbind = new ArrayList<>();
  private ResourceAdapter adapter;
  private boolean ended;

  private SimulatedContainer(boolean stepping, int threads) {
    WorkEnvironment environment = new WorkEnvironment(checker, transactions);
    workManager =
        stepping
            ? new SteppingWorkManager(environment)
            : new ThreadedWorkManager(environment, threads, 1_000);
    SimulatedNaming.bind("java:comp/UserTransaction", transactions.userTransaction());
    bootstrap = new SimulatedBootstrapContext(workManager, transactions, checker, stepping);
    lifeline.onCut(bootstrap::cancelTimers);
    lifeline.onCut(workManager::crash);
  }

  /**
   * A container with real threads and timers.
   *
   * @param threads how many the WorkManager has
   */
  public static SimulatedContainer threaded(int threads) {
    return new SimulatedContainer(false, threads);
  }

  /** A container in which work and timers run only when told. */
  public static SimulatedContainer stepping() {
    return new SimulatedContainer(true, 0);
  }

  /** What the adapter has done against its contract. */
  public ContractChecker checker() {
    return checker;
  }

  /** The transactions of the container. */
  public SimulatedTransactions transactions() {
    return transactions;
  }

  /** What the parts of this container hang on; for resources that a test adds. */
  public Lifeline lifeline() {
    return lifeline;
  }

  /** What happens at the points of the adapter's XAResources. */
  public Faults adapterFaults() {
    return adapterFaults;
  }

  /** The work manager of a {@link #stepping} container. */
  public SteppingWorkManager steppingWork() {
    return (SteppingWorkManager) workManager;
  }

  /**
   * Lets time pass for the timers of a {@link #stepping} container.
   *
   * @param duration how much
   * @return how many tasks ran
   */
  public int advanceTimers(Duration duration) {
    return bootstrap.advanceTimers(duration);
  }

  /**
   * Defines a JTA DataSource on an XA driver and binds it in JNDI.
   *
   * @param name its JNDI name
   * @param driver the driver
   * @return the DataSource
   */
  public EnlistingDataSource xaDataSource(String name, XADataSource driver) {
    return define(name, EnlistingDataSource.xa(driver, new Faults(), lifeline, checker));
  }

  /**
   * Defines a JTA DataSource on an ordinary driver and binds it in JNDI.
   *
   * @param name its JNDI name
   * @param driver see {@link #faulty}
   * @return the DataSource
   */
  public EnlistingDataSource localDataSource(String name, FaultyDataSource driver) {
    return define(name, EnlistingDataSource.local(driver, new Faults(), lifeline, checker));
  }

  private EnlistingDataSource define(String name, EnlistingDataSource dataSource) {
    dataSources.add(dataSource);
    bind(name, dataSource);
    return dataSource;
  }

  /**
   * A DataSource with fault points that dies with this container. It takes no part in transactions
   * unless it is made the driver of a {@link #localDataSource}.
   *
   * @param driver gives the connections
   */
  public FaultyDataSource faulty(DataSource driver) {
    return new FaultyDataSource(driver, lifeline);
  }

  /**
   * Binds something in JNDI until this container ends.
   *
   * @param name its JNDI name
   * @param object what {@code InitialContext.lookup} shall return
   */
  public void bind(String name, Object object) {
    SimulatedNaming.bind(name, object);
    unbind.add(() -> SimulatedNaming.unbind(name, object));
  }

  /**
   * Starts the adapter.
   *
   * @param resourceAdapter configured, not started
   * @throws ResourceException what its start throws
   */
  public void start(ResourceAdapter resourceAdapter) throws ResourceException {
    adapter = Objects.requireNonNull(resourceAdapter, "resourceAdapter");
    adapter.start(bootstrap);
  }

  /**
   * Deploys a bean: activates an endpoint.
   *
   * @param settings how the container treats it
   * @param listenerInterface its message-listener interface
   * @param listener the bean
   * @param spec its activation
   * @param <T> the message-listener interface
   * @return its endpoints
   * @throws ResourceException what the activation throws
   */
  public <T> SimulatedEndpointFactory activate(
      EndpointSettings settings, Class<T> listenerInterface, T listener, ActivationSpec spec)
      throws ResourceException {
    SimulatedEndpointFactory factory =
        new SimulatedEndpointFactory(
            settings, listenerInterface, listener, checker, adapterFaults, lifeline);
    spec.setResourceAdapter(adapter);
    adapter.endpointActivation(factory, spec);
    activations.push(new Activation(factory, spec));
    return factory;
  }

  /**
   * Undeploys a bean.
   *
   * @param factory what its activation returned
   */
  public void deactivate(SimulatedEndpointFactory factory) {
    for (Activation activation : List.copyOf(activations)) {
      if (activation.factory() == factory) {
        activations.remove(activation);
        deactivate(activation);
      }
    }
  }

  private void deactivate(Activation activation) {
    adapter.endpointDeactivation(activation.factory(), activation.spec());
    activation.factory().requireAllReleased();
  }

  /**
   * Defines a connection pool and makes its connection factory.
   *
   * @param factoryType the interface of the connection factory
   * @param factory the managed connection factory, configured
   * @param level the transaction support of the pool
   * @param <T> the interface of the connection factory
   * @return the connection factory, as an application finds it in JNDI
   * @throws ResourceException what the adapter throws
   */
  public <T> T connectionFactory(
      Class<T> factoryType, ManagedConnectionFactory factory, TransactionLevel level)
      throws ResourceException {
    if (factory instanceof ResourceAdapterAssociation association) {
      association.setResourceAdapter(adapter);
    }
    SimulatedConnectionManager pool =
        new SimulatedConnectionManager(level, checker, adapterFaults, lifeline);
    pools.add(pool);
    return factoryType.cast(factory.createConnectionFactory(pool));
  }

  /**
   * Runs the recovery of the transaction manager over the adapter and the XA DataSources.
   *
   * @return what was done
   * @throws ResourceException if the adapter does not give its XAResources
   * @throws SQLException if a DataSource is out of reach
   */
  public RecoveryReport recover() throws ResourceException, SQLException {
    ActivationSpec[] specs =
        activations.stream().map(Activation::spec).toArray(ActivationSpec[]::new);
    List<XAResource> resources = new ArrayList<>();
    for (XAResource resource : adapter.getXAResources(specs)) {
      resources.add(new FaultyXaResource(resource, adapterFaults, lifeline));
    }
    for (EnlistingDataSource dataSource : dataSources) {
      dataSource.recoveryResource().ifPresent(resources::add);
    }
    return transactions.recover(resources);
  }

  /**
   * Crashes the server: from now on nothing that any thread of this container does has an effect.
   * Connections are cut; what was prepared stays in doubt. May be called by any thread.
   */
  public void crash() {
    lifeline.cut();
  }

  /**
   * Waits until the threads of a crashed container have ended.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws IllegalStateException if they have not after 20 s
   */
  public void awaitDeath() throws InterruptedException {
    ended = true;
    unbind.forEach(Runnable::run);
    if (!workManager.awaitIdle(Duration.ofSeconds(20))) {
      throw new IllegalStateException("Threads of the crashed container still run");
    }
  }

  /**
   * Undeploys all beans, stops the adapter, and checks that it has left nothing behind. Does
   * nothing after a crash.
   */
  @Override
  public void close() {
    if (ended || lifeline.isCut()) {
      return;
    }
    ended = true;
    while (!activations.isEmpty()) {
      deactivate(activations.pop());
    }
    if (adapter != null) {
      adapter.stop();
    }
    workManager.stop();
    bootstrap.requireTimersCancelled();
    pools.forEach(SimulatedConnectionManager::close);
    dataSources.forEach(EnlistingDataSource::close);
    unbind.forEach(Runnable::run);
  }
}
