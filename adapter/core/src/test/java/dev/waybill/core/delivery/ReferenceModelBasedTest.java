package dev.waybill.core.delivery;

import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.QueueStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The histories on the store in memory: they are possible, and end. */
class ReferenceModelBasedTest extends ModelBasedTest {

  @Override
  int histories() {
    return 500;
  }

  @Override
  Subject subject(SteppingScheduler time) {
    ReferenceStore memory = new ReferenceStore(time);
    return new Subject() {
      @Override
      public QueueStore store() {
        return memory;
      }

      @Override
      public QueueStore restart(Runnable between) {
        between.run();
        return memory;
      }

      @Override
      public Map<String, String> states(List<QueueName> queues) {
        Map<String, String> states = new TreeMap<>();
        for (ReferenceRows.Row row : memory.rows().rows) {
          boolean there =
              row.state != DeliveryState.COMPLETED && row.state != DeliveryState.DEAD_LETTERED;
          if (there && queues.contains(row.message.queue())) {
            states.put(
                row.message.queue() + "/" + row.message.id(),
                ModelQueue.state(row.state, row.attempts, row.availableAt, time.now()));
          }
        }
        return states;
      }
    };
  }
}
