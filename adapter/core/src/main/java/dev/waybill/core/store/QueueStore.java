package dev.waybill.core.store;

import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.model.StoreClock;

/** An open store: everything the queue keeps, in one database. */
public interface QueueStore extends AutoCloseable {

  /** Writes the queue's part of transactions. */
  BranchStore branches();

  /** Claims, renews and ends leases. */
  LeaseStore leases();

  /** Knows the queues. */
  QueueDirectory queues();

  /** Keeps the rows tidy. */
  Upkeep upkeep();

  /** The time of this store. */
  StoreClock clock();

  /** The product name and version of the database and where it is, for the start-up line. */
  String description();

  /**
   * Measures the clock again and tells other nodes that this one lives. To be called every few
   * seconds by background work without a transaction; a node that has not done so for 30 s counts
   * as gone.
   */
  void synchronise();

  /** Closes pools, the persistence unit, and the embedded database if it is ours. */
  @Override
  void close();
}
