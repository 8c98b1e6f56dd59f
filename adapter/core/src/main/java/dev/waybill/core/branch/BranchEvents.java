package dev.waybill.core.branch;

import dev.waybill.core.model.QueueName;
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
   * A branch with messages was committed in two phases, and its transaction is complete: release
   * them now.
   *
   * @param id the branch
   */
  void releasable(BranchId id);
}
