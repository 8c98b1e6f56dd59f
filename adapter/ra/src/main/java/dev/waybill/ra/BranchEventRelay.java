package dev.waybill.ra;

import dev.waybill.core.branch.BranchEvents;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.QueueName;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Passes on what branches did, once somebody listens. Branches exist before deliveries do; what is
 * missed in between is found by the first look into the store.
 */
final class BranchEventRelay implements BranchEvents {

  private volatile BranchEvents target;

  void connect(BranchEvents events) {
    target = Objects.requireNonNull(events, "events");
  }

  @Override
  public void visible(Set<QueueName> queues) {
    BranchEvents events = target;
    if (events != null) {
      events.visible(queues);
    }
  }

  @Override
  public void settled(List<Settlement> settlements) {
    BranchEvents events = target;
    if (events != null) {
      events.settled(settlements);
    }
  }

  @Override
  public void keysChanged() {
    BranchEvents events = target;
    if (events != null) {
      events.keysChanged();
    }
  }

  @Override
  public void releasable(BranchId id) {
    BranchEvents events = target;
    if (events != null) {
      events.releasable(id);
    }
  }
}
