package dev.waybill.core.branch;

import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.QueueName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Remembers what branches told. */
final class RecordedEvents implements BranchEvents {

  final List<Set<QueueName>> visible = new ArrayList<>();
  int keysChanged;
  final List<Settlement> settled = new ArrayList<>();
  final List<BranchId> releasable = new ArrayList<>();

  @Override
  public void visible(Set<QueueName> queues) {
    visible.add(queues);
  }

  @Override
  public void settled(List<Settlement> settlements) {
    settled.addAll(settlements);
  }

  @Override
  public void keysChanged() {
    keysChanged++;
  }

  @Override
  public void releasable(BranchId id) {
    releasable.add(id);
  }
}
