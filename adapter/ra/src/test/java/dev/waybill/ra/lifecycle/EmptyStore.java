package dev.waybill.ra.lifecycle;

import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.Answers;
import dev.waybill.core.store.LeaseStore;
import dev.waybill.core.store.Notifications;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep;
import java.util.Optional;

/** A store that is only opened and closed. */
public final class EmptyStore implements QueueStore {

  private final BranchStore branches;
  private volatile boolean closed;

  /** A store without branches. */
  public EmptyStore() {
    this(null);
  }

  /** A store with branches. */
  public EmptyStore(BranchStore branches) {
    this.branches = branches;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public StreamStore streams() {
    throw new UnsupportedOperationException();
  }

  @Override
  public BranchStore branches() {
    return branches;
  }

  @Override
  public LeaseStore leases() {
    throw new UnsupportedOperationException();
  }

  @Override
  public QueueDirectory queues() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Answers answers() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Upkeep upkeep() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StoreClock clock() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Notifications> notifications() {
    return Optional.empty();
  }

  @Override
  public void beat() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String description() {
    return "a test's store";
  }

  @Override
  public void close() {
    closed = true;
  }
}
