package dev.waybill.itests.crash;

import dev.waybill.itests.audit.Audit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A crash test of one commit path: rounds of storm, then everything drains, then the audit.
 *
 * @param audit what the audit found
 * @param missed crash points that were not passed
 * @param takenOver in how many pauses of a node others took over what it had
 */
record CrashRun(Audit audit, List<CrashPoint> missed, int takenOver) {

  /**
   * What is run.
   *
   * @param name of the directory of its files
   * @param nodes how many
   * @param rounds how many, at least one
   * @param orders in all, at least
   * @param otherEvents kills, pauses and kills of the database, each so often in a round
   * @param clockJumps whether the clock of a node jumps in each round, which needs libfaketime
   * @param points crash points to pass
   */
  record Plan(
      String name,
      PostgresPath path,
      int nodes,
      int rounds,
      int orders,
      int otherEvents,
      boolean clockJumps,
      List<CrashPoint> points) {}

  /** Runs it. */
  static CrashRun of(Plan plan, long seed) {
    System.out.printf("CRASH %s on the path %s: -Dseed=%d%n", plan.name(), plan.path(), seed);
    Random random = new Random(seed);
    List<CrashPoint> points = new ArrayList<>(plan.points());
    Collections.shuffle(points, random);
    try (Cluster cluster =
        Cluster.start(plan.name(), plan.path(), plan.nodes(), plan.clockJumps())) {
      Storm storm = new Storm(cluster, random, plan.otherEvents(), plan.clockJumps());
      cluster.clients().start(random);
      List<CrashPoint> missed = new ArrayList<>();
      for (int round = 0; round < plan.rounds(); round++) {
        List<CrashPoint> now = new ArrayList<>(missed);
        now.addAll(part(points, round, plan.rounds()));
        System.out.printf("CRASH %s round %d of %d%n", plan.path(), round + 1, plan.rounds());
        missed = storm.round(now, plan.orders() / plan.rounds());
      }
      if (!missed.isEmpty()) {
        missed = storm.round(missed, missed.size());
      }
      cluster.clients().stop();
      cluster.settle();
      Audit audit = cluster.audit();
      System.out.printf("CRASH %s:%n%s%s%n", plan.path(), storm.report(), audit.report());
      return new CrashRun(audit, missed, storm.takenOver());
    }
  }

  /** One part of something, of so many. */
  static <T> List<T> part(List<T> all, int part, int parts) {
    return all.subList(all.size() * part / parts, all.size() * (part + 1) / parts);
  }

  /** The seed that was given with {@code -Dseed}, or a new one. */
  static long seed() {
    String given = System.getProperty("seed", "");
    return given.isBlank() ? System.nanoTime() : Long.parseLong(given);
  }

  /** The number that was given with a system property, or another. */
  static int number(String property, int otherwise) {
    String given = System.getProperty(property, "");
    return given.isBlank() ? otherwise : Integer.parseInt(given);
  }

  /** The commit path that was given with {@code -Dpath}, or all. */
  static List<PostgresPath> paths() {
    String given = System.getProperty("path", "").toUpperCase(Locale.ROOT);
    return given.isBlank() ? List.of(PostgresPath.values()) : List.of(PostgresPath.valueOf(given));
  }

  /** Those of the points whose names begin as {@code -Dpoints} says, or all. */
  static List<CrashPoint> given(List<CrashPoint> points) {
    String[] beginnings = System.getProperty("points", "").split(",", -1);
    return points.stream()
        .filter(point -> Stream.of(beginnings).anyMatch(point.name()::startsWith))
        .toList();
  }
}
