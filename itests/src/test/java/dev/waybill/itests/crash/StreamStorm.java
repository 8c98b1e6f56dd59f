package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.itests.crash.DrivenStream.Run;
import dev.waybill.itests.crash.streams.Manner;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * What happens to producers of streams and their bean while they work: nodes are killed or end at
 * crash points, and streams are taken over while their owner stands still.
 */
final class StreamStorm {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration A_WHILE = Duration.ofMillis(500);
  private static final int MOST_BETWEEN = 200;
  private static final int MOST_MOMENTS = 500;
  private static final int OF_THE_SUCCESSOR = 10;

  private final StreamCluster cluster;
  private final Random random;
  private final Map<String, Integer> happened = new TreeMap<>();

  StreamStorm(StreamCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** The producers' node is killed, and goes on when it is back. */
  void killProducers() {
    cluster.awaitMore(1 + random.nextInt(MOST_BETWEEN));
    cluster.producers().kill();
    goOn("producers killed");
  }

  /** The bean's node is killed. */
  void killConsumers() {
    cluster.awaitMore(1 + random.nextInt(MOST_BETWEEN));
    cluster.consumers().kill();
    cluster.consumers().start();
    cluster.streams().forEach(stream -> cluster.awaitSent(stream, OF_THE_SUCCESSOR));
    count("bean killed");
  }

  /** The producers' node ends at a crash point. */
  void endAt(CrashPoint point) {
    boolean opening = point.name().startsWith("open");
    CrashPoint drawn = opening ? point : point.atHit(1 + random.nextInt(point.mostHits()));
    CrashNode node = cluster.producers();
    node.submit(drawn);
    if (opening) {
      cluster.produce(any(), node);
    }
    await("the producers' node ends at " + point).atMost(TIMEOUT).until(node::hasEnded);
    node.requireEndedAt(point);
    goOn(point.name());
  }

  private void goOn(String why) {
    for (DrivenStream stream : cluster.streams()) {
      assertThat(StreamCluster.endOf(cluster.run(stream))).isEqualTo(DrivenStream.GONE);
    }
    cluster.producers().start();
    cluster.produce();
    count(why);
  }

  /** A stream is taken over while its owner stands still, between two transactions. */
  void takeOver() {
    DrivenStream stream = any();
    Run old = cluster.run(stream);
    Run successor = takeOverFromStopped(stream);
    cluster.producers().resume();
    assertThat(StreamCluster.endOf(old)).as("%s", stream).isEqualTo(DrivenStream.FENCED);
    cluster.awaitSent(stream, OF_THE_SUCCESSOR);
    giveBack(stream, successor);
    count("taken over");
  }

  /** Stops the owner of a stream when nothing of it is undecided; another takes the stream over. */
  Run takeOverFromStopped(DrivenStream stream) {
    stopWhen(() -> cluster.books().isFree(stream));
    Run successor = cluster.produce(stream, cluster.consumers());
    cluster.awaitSent(stream, OF_THE_SUCCESSOR);
    return successor;
  }

  /** A stream cannot be taken over while a transaction of its stopped owner may still commit. */
  void takeOverHeld() {
    DrivenStream stream =
        cluster.streams().stream().filter(s -> s.manner() == Manner.TRANSACTED).findAny().get();
    Run old = cluster.run(stream);
    stopWhen(() -> cluster.books().isHeld(stream));
    Run successor = cluster.produce(stream, cluster.consumers());
    assertThat(isSoFor(A_WHILE, () -> !successor.isOpen())).as("%s is held", stream).isTrue();
    cluster.producers().resume();
    assertThat(StreamCluster.endOf(old)).as("%s", stream).isEqualTo(DrivenStream.FENCED);
    cluster.awaitSent(stream, OF_THE_SUCCESSOR);
    giveBack(stream, successor);
    count("not taken over while it was held");
  }

  private static boolean isSoFor(Duration time, Callable<Boolean> condition) {
    try {
      await()
          .during(time)
          .atMost(time.multipliedBy(2))
          .failFast(() -> !condition.call())
          .until(condition);
      return true;
    } catch (ConditionTimeoutException | TerminalFailureException e) {
      return false;
    }
  }

  /** Stops the producers' node at a moment when something is so, and stays so. */
  private void stopWhen(Callable<Boolean> condition) {
    for (int moment = 0; moment < MOST_MOMENTS; moment++) {
      cluster.awaitMore(1 + random.nextInt(20));
      cluster.producers().suspend();
      // what the database was asked for before the node stopped is over soon
      if (isSoFor(A_WHILE, condition)) {
        return;
      }
      cluster.producers().resume();
    }
    throw new AssertionError("No such moment in " + MOST_MOMENTS);
  }

  private void giveBack(DrivenStream stream, Run successor) {
    cluster.produce(stream, cluster.producers());
    assertThat(StreamCluster.endOf(successor)).as("%s", stream).isEqualTo(DrivenStream.FENCED);
    cluster.awaitSent(stream, OF_THE_SUCCESSOR);
  }

  private DrivenStream any() {
    return cluster.streams().get(random.nextInt(cluster.streams().size()));
  }

  private void count(String what) {
    happened.merge(what, 1, Integer::sum);
    System.out.println("CRASH of streams: " + what);
  }

  /** How often each thing happened. */
  String report() {
    StringBuilder lines = new StringBuilder();
    happened.forEach((what, count) -> lines.append("%4d × %s%n".formatted(count, what)));
    cluster
        .streams()
        .forEach(
            stream ->
                lines.append(
                    "%s: %d confirmed, %d sent again and dropped%n"
                        .formatted(stream, stream.confirmed(), stream.dropped())));
    return lines.toString();
  }
}
