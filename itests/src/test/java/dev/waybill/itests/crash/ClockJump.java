package dev.waybill.itests.crash;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.audit.Intent.Kind;
import java.time.Duration;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The wall clock of a node jumps by an hour, forward or back, and later back again. After either
 * the node goes on: it handles an order and commits it, by the clock it has then.
 */
final class ClockJump {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration HANDLING_TIMEOUT = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final CrashNode node;
  private final Duration ahead;

  private ClockJump(Cluster cluster, CrashNode node, Duration ahead) {
    this.cluster = cluster;
    this.node = node;
    this.ahead = ahead;
  }

  /** Sets the clock of a node that is up, and returns when the node has gone on. */
  static ClockJump begin(Cluster cluster, Random random) {
    CrashNode node = cluster.anyUp(random);
    ClockJump jump = new ClockJump(cluster, node, random.nextBoolean() ? HOUR : HOUR.negated());
    jump.set(jump.ahead);
    return jump;
  }

  /** Sets the clock right, and returns when the node, which may have to start, has gone on. */
  void end() {
    cluster.awaitUp(cluster.size());
    set(Duration.ZERO);
  }

  private void set(Duration now) {
    long before = cluster.database().handledOn(node.name(), now);
    node.setClock(now);
    try {
      await()
          .atMost(HANDLING_TIMEOUT)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                // who places orders is the first to look for them
                cluster.clients().place(node, Kind.PLAIN, 1);
                return cluster.database().handledOn(node.name(), now) > before;
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s handles nothing by a clock that is %s ahead:%n%s"
              .formatted(node.name(), now, node.tail()),
          e);
    }
  }

  @Override
  public String toString() {
    return node.name() + " by " + ahead;
  }
}
