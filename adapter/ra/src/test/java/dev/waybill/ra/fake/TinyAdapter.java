package dev.waybill.ra.fake;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.AsyncSender;
import dev.waybill.core.branch.BranchEvents;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.StreamWindows;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.delivery.Pulling;
import dev.waybill.core.delivery.Settlements;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.QueueName;
import dev.waybill.ra.AdapterServices;
import dev.waybill.ra.OpenAdapter;
import dev.waybill.ra.StepScheduler;
import dev.waybill.ra.xa.BranchResource;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.transaction.xa.XAResource;

/** An adapter over a {@link FakeStore}. */
public final class TinyAdapter implements ResourceAdapter, AdapterServices {

  public final TinyTransactions transactions;
  public final FakeStore store;
  public final XaBranches branches;
  public boolean stopped;

  private final OpenAdapter open;

  private static final class NoEvents implements BranchEvents {
    @Override
    public void visible(Set<QueueName> queues) {}

    @Override
    public void keysChanged() {}

    @Override
    public void releasable(BranchId id) {}
  }

  public TinyAdapter(TinyTransactions transactions, boolean joined) {
    this.transactions = transactions;
    this.store = new FakeStore(transactions);
    BranchEvents events = new NoEvents();
    this.branches = new XaBranches(() -> store, transactions, events, new StepScheduler());
    this.open =
        new OpenAdapter(
            store,
            transactions,
            new LocalBranch(store, events),
            joined ? Optional.of(new JoinedBranch(store, transactions, events)) : Optional.empty(),
            branches,
            new StreamWindows(store::streams, new StepScheduler()),
            Limits.DEFAULT,
            JavaBodies.OFF,
            new Random(1),
            detached(),
            new Settlements(new StepScheduler()),
            new AsyncSender(new StepScheduler()),
            joined ? "joined path (test)" : "xa path (test)");
  }

  private Function<Callable<Object>, Object> detached() {
    return call -> {
      Object suspended = transactions.suspend();
      try {
        return call.call();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      } finally {
        transactions.resume(suspended);
      }
    };
  }

  @Override
  public XAResource newXaResource() {
    return new BranchResource(branches, () -> {});
  }

  @Override
  public JavaBodies javaBodies() {
    return JavaBodies.OFF;
  }

  @Override
  public OpenAdapter open() {
    if (stopped) {
      throw new QueueException(QueueException.Kind.UNAVAILABLE, "The adapter is stopped.");
    }
    return open;
  }

  @Override
  public Pulling pulling() {
    throw new UnsupportedOperationException("Nothing is received here.");
  }

  @Override
  public void start(BootstrapContext context) {}

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void endpointActivation(MessageEndpointFactory factory, ActivationSpec spec) {}

  @Override
  public void endpointDeactivation(MessageEndpointFactory factory, ActivationSpec spec) {}

  @Override
  public XAResource[] getXAResources(ActivationSpec[] specs) {
    return new XAResource[] {newXaResource()};
  }
}
