package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.audit.StreamAudit;
import dev.waybill.itests.crash.streams.Manner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A crash test of streams on one commit path: rounds of storm, then everything drains. */
final class StreamRun {

  private StreamRun() {}

  /**
   * What is run.
   *
   * @param name of the directory of its files
   * @param rounds how many; in each the producers are killed and a stream is taken over
   * @param points where the producers' node ends, each once
   * @param whole whether the bean's node is killed, too, and held streams are asked for
   */
  record Plan(String name, PostgresPath path, int rounds, List<CrashPoint> points, boolean whole) {}

  /** One stream of each manner; what is sent outruns the bean, so that windows are full. */
  static List<DrivenStream> streams() {
    return List.of(
        new DrivenStream("alone", Manner.ALONE, 20),
        new DrivenStream("again", Manner.AGAIN, 10),
        new DrivenStream("transacted", Manner.TRANSACTED, 30));
  }

  /** The crash points that a node passes that sends in streams and receives nothing. */
  static List<CrashPoint> points(PostgresPath path) {
    return Stream.concat(
            CrashPoint.read(CrashPoint.STREAM_POINTS).stream(),
            CrashPoint.on(path).stream()
                .filter(point -> point.name().matches("(prepare|commit|release): .*"))
                .filter(point -> !point.className().endsWith("EndpointInvoker")))
        .toList();
  }

  /** Runs it; fails if an entry is lost, doubled, or out of order. */
  static void of(Plan plan, long seed) {
    System.out.printf("CRASH %s on the path %s: -Dseed=%d%n", plan.name(), plan.path(), seed);
    Random random = new Random(seed);
    List<CrashPoint> points = new ArrayList<>(plan.points());
    Collections.shuffle(points, random);
    try (StreamCluster cluster = StreamCluster.start(plan.name(), plan.path(), streams())) {
      StreamStorm storm = new StreamStorm(cluster, random);
      cluster.produce();
      for (int round = 0; round < plan.rounds(); round++) {
        List<Runnable> events = new ArrayList<>();
        events.add(storm::killProducers);
        events.add(storm::takeOver);
        if (plan.whole()) {
          events.add(storm::killConsumers);
          events.add(storm::takeOverHeld);
        }
        CrashRun.part(points, round, plan.rounds())
            .forEach(point -> events.add(() -> storm.endAt(point)));
        Collections.shuffle(events, random);
        events.forEach(Runnable::run);
      }
      StreamAudit audit = cluster.finish();
      System.out.printf("CRASH %s:%n%s%s%n", plan.name(), storm.report(), audit.report());
      assertThat(audit.isClean()).as("-Dseed=%d%n%s", seed, audit.report()).isTrue();
      assertThat(cluster.streams().stream().mapToLong(DrivenStream::dropped).sum())
          .as("entries that were sent again")
          .isPositive();
    }
  }
}
