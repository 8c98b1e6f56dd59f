package dev.waybill.core.delivery;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A queue, and a bean that gets batches of four. */
abstract class BatchScene {

  static final Duration WAIT = Duration.ofSeconds(5);

  /** A batch is not complete to the millisecond. */
  static final Duration A_LITTLE = Duration.ofMillis(60);

  final SteppingScheduler time = new SteppingScheduler();
  final Queued queued = new Queued(time);

  Activation active(UnaryOperator<Queued.Settings> change) {
    queued.open();
    Activation activation = queued.activate(s -> change.apply(s.batches(4, WAIT)));
    time.run();
    return activation;
  }

  void send(int from, int to) {
    queued.sendUnseen(IntStream.range(from, to).mapToObj(i -> "m" + i).toArray(String[]::new));
  }
}
