package dev.waybill.core.store;

import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.StoreOptions.Source;
import java.util.List;

/** Sends in a loop and says so after each commit, until it is killed. A process of its own. */
final class KilledWriter {

  static final QueueName QUEUE = TestStore.ORDERS;

  private KilledWriter() {}

  /** The URL, and whether to sync. */
  public static void main(String[] arguments) {
    SettableClock clock = new SettableClock();
    Source source = new Source.Url(arguments[0], "sa", "", Boolean.parseBoolean(arguments[1]));
    QueueStore store = QueueStores.open(TestStore.options(source, clock));
    for (int i = 1; ; i++) {
      store
          .branches()
          .commitLocal(List.of(TestStore.send(QUEUE, Integer.toString(i), clock.now())));
      System.out.println(i);
      System.out.flush();
    }
  }
}
