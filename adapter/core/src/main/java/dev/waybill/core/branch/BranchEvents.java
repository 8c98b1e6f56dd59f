package dev.waybill.core.branch;

import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.QueueName;
import java.util.List;
import java.util.Set;

/** Told what branches did, after the fact; implementations must be quick and must not throw. */
public interface BranchEvents {

  /**
   * Messages may have become visible.
   *
   * @param queues where
   */
  void visible(Set<QueueName> queues);

  /**
   * Messages with ordering keys were sent or settled: their lines may have to be put in order.
   * Comes after {@link #visible}.
   */
  void keysChanged();

  /**
   * Settlements have committed. Those that were written for a branch after a restart are not told.
   *
   * @param settlements in the order they were carried out; not empty
   */
  default void settled(List<Settlement> settlements) {}

  /**
   * A branch with messages was committed in two phases, and its transaction is complete: release
   * them now.
   *
   * @param id the branch
   */
  void releasable(BranchId id);
}
