package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException;
import dev.waybill.core.store.QueueStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** A store and the model, which are asked the same, and the story of it. */
final class Both {

  private final ModelQueue model;
  private final List<String> steps = new ArrayList<>();
  private QueueStore store;

  Both(QueueStore store, SteppingScheduler time) {
    this.store = store;
    this.model = new ModelQueue(time);
  }

  QueueStore store() {
    return store;
  }

  /** From now on the store is another, on the same database. */
  void reopened(QueueStore again) {
    store = again;
  }

  ModelQueue model() {
    return model;
  }

  void tell(String step) {
    steps.add(step);
  }

  /** What was done so far, one line a step. */
  String story() {
    return String.join("\n", steps);
  }

  /** Asks both, the model first, and expects the same answer or the same kind of error. */
  Object same(String what, Function<QueueStore, Object> asked) {
    Object expected = answer(() -> asked.apply(model.store()));
    steps.add(what + " = " + expected);
    Object actual = answer(() -> asked.apply(store));
    assertThat(actual).as(what).isEqualTo(expected);
    return actual;
  }

  /** What is returned, or the kind of the error. */
  static Object answer(Supplier<?> asked) {
    try {
      return asked.get();
    } catch (QueueException e) {
      if (e.kind() == QueueException.Kind.INTERNAL) {
        throw e;
      }
      return e.kind();
    }
  }
}
