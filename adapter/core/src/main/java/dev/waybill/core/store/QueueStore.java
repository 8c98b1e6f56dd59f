package dev.waybill.core.store;

import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.model.StoreClock;
import java.time.Duration;
import java.util.Optional;

/** An open store: everything the queue keeps, in one database. */
public interface QueueStore extends AutoCloseable {

  /** Writes the queue's part of transactions. */
  BranchStore branches();

  /** Knows the streams of producers. */
  StreamStore streams();

  /** Claims, renews and ends leases. */
  LeaseStore leases();

  /** Knows the queues. */
  QueueDirectory queues();

  /** Tells what became of messages. */
  Answers answers();

  /** Keeps the rows tidy. */
  Upkeep upkeep();

  /** Tells nodes of messages; empty on databases that cannot, where nodes find them by polling. */
  Optional<Notifications> notifications();

  /** The time of this store. */
  StoreClock clock();

  /** The product name and version of the database and where it is, for the start-up line. */
  String description();

  /** How often {@link #beat} is to be called. */
  Duration BEAT = NodeRegistry.BEAT;

  /**
   * Follows the database's clock and tells other nodes that this one lives. To be called every
   * {@link #BEAT} by background work without a transaction that nothing else can hold up: after 4 s
   * of silence another start may take the name of this node, after 30 s other nodes take over what
   * this one left.
   */
  void beat();

  /** Closes pools, the persistence unit, and the embedded database if it is ours. */
  @Override
  void close();
}
