package dev.waybill.core.store.sql;

/** What must happen between a COMMIT and the report of it. */
@FunctionalInterface
public interface DurableCommits {

  /** The database's own COMMIT is durable. */
  DurableCommits BY_DATABASE = () -> {};

  /**
   * Returns once every commit that was over before the call is durable.
   *
   * @throws dev.waybill.core.branch.NotDurableException if that cannot be achieved now
   */
  void await();
}
