package dev.waybill.itests.crash;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.audit.Intent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What happens to a cluster while orders move: nodes end at crash points, are killed, are stopped
 * for longer than a lease, the clock of a node jumps, and the queue's database is killed: with the
 * application's where both are one, and alone where each has a server. All of it follows from one
 * random source.
 */
final class Storm {

  private static final Duration SLICE_TIMEOUT = Duration.ofMinutes(4);
  private static final Duration POINT_TIMEOUT = Duration.ofSeconds(75);
  private static final Duration PAUSE_AT_MOST = Duration.ofSeconds(9);
  private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(30);
  private static final int SLOW_ORDERS = 4;
  private static final String TAKEN_OVER = "pause, in which others took over";

  private final Cluster cluster;
  private final Random random;
  private final int otherEvents;
  private final boolean clockJumps;
  private final Map<String, Integer> fired = new TreeMap<>();
  private final Map<String, Integer> events = new TreeMap<>();
  private final Map<CrashNode, CrashPoint> withdrawn = new LinkedHashMap<>();

  /**
   * A storm over a cluster.
   *
   * @param otherEvents how many of each of kill, pause and kill of the database a round has
   * @param clockJumps whether the clock of a node jumps in each round
   */
  Storm(Cluster cluster, Random random, int otherEvents, boolean clockJumps) {
    this.cluster = cluster;
    this.random = random;
    this.otherEvents = otherEvents;
    this.clockJumps = clockJumps;
  }

  /** What can happen. */
  private interface Event {
    void happen();
  }

  /**
   * Runs one round.
   *
   * @param points crash points that are tried in it
   * @param orders orders to place in it, at least
   * @return the points that were not passed
   */
  List<CrashPoint> round(List<CrashPoint> points, int orders) {
    List<CrashPoint> missed = new ArrayList<>();
    List<Event> all = new ArrayList<>();
    points.forEach(
        point ->
            all.add(
                () -> {
                  if (!crashAt(point)) {
                    missed.add(point);
                  }
                }));
    for (int i = 0; i < otherEvents; i++) {
      all.add(this::kill);
      all.add(this::pause);
      all.add(this::killDatabase);
    }
    Collections.shuffle(all, random);
    if (clockJumps) {
      addClockJump(all);
    }
    for (Event event : all) {
      cluster.clients().request(orders / all.size() + 1);
      cluster.awaitUp(Math.min(2, cluster.size()));
      event.happen();
      await("the orders of this event are placed")
          .atMost(SLICE_TIMEOUT)
          .until(cluster.clients()::isDone);
      startThoseThatEndedLate();
    }
    return missed;
  }

  /** A clock that jumps, and is set right when something else has happened. */
  private void addClockJump(List<Event> all) {
    AtomicReference<ClockJump> jump = new AtomicReference<>();
    int begin = random.nextInt(all.size());
    int end = begin + 1 + random.nextInt(all.size() - begin);
    all.add(
        end,
        () -> {
          jump.get().end();
          say("the clock was set right of " + jump);
        });
    all.add(
        begin,
        () -> {
          jump.set(ClockJump.begin(cluster, random));
          say("the clock jumped of " + jump);
          count("clock jump");
        });
  }

  private boolean crashAt(CrashPoint point) {
    int hit = 1 + random.nextInt(point.mostHits());
    if (point.needsExpiry()) {
      // One that only comes up now would end the leases first, and is not armed.
      cluster.awaitUp(cluster.size());
    }
    List<CrashNode> armed = new ArrayList<>(cluster.up());
    Collections.shuffle(armed, random);
    if (point.needsExpiry()) {
      CrashNode victim = armed.remove(0);
      keepBusy(victim);
      kill(victim);
    } else if (!point.isRare()) {
      armed = armed.subList(0, 1);
    }
    armed.forEach(node -> node.submit(point.atHit(hit)));
    boolean crashed = false;
    try {
      List<CrashNode> watched = armed;
      await()
          .atMost(POINT_TIMEOUT)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> watched.stream().anyMatch(CrashNode::hasEnded));
      crashed = true;
    } catch (ConditionTimeoutException e) {
      say("not passed: " + point + ", hit " + hit);
    }
    for (CrashNode node : armed) {
      if (!node.hasEnded()) {
        node.withdrawRules();
      }
      if (node.hasEnded()) {
        endedAt(point, node);
      } else {
        withdrawn.put(node, point);
      }
    }
    return crashed;
  }

  /** A thread may have been in a rule when it was taken back, and end its node a moment later. */
  private void startThoseThatEndedLate() {
    withdrawn.forEach(
        (node, point) -> {
          if (node.hasEnded()) {
            endedAt(point, node);
          }
        });
    withdrawn.clear();
  }

  private void endedAt(CrashPoint point, CrashNode node) {
    node.requireEndedAt(point);
    fired.merge(point.name(), 1, Integer::sum);
    say(node.name() + " ended at " + point);
    cluster.startAgain(node);
  }

  /** Gives a node slow orders, so that leases run out when it ends or stands still. */
  private void keepBusy(CrashNode node) {
    try {
      await()
          .atMost(BUSY_TIMEOUT)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                cluster.clients().place(node, Kind.SLOW, SLOW_ORDERS);
                return cluster.database().leasedBy(node.name()) > 0;
              });
    } catch (ConditionTimeoutException e) {
      say(node.name() + " got no slow order");
    }
  }

  private void kill() {
    kill(cluster.anyUp(random));
  }

  private void kill(CrashNode node) {
    node.kill();
    say(node.name() + " killed");
    count("kill");
    cluster.startAgain(node);
  }

  /** Stops a node until another has taken over what it had, or for some seconds. */
  private void pause() {
    CrashNode node = cluster.anyUp(random);
    keepBusy(node);
    long before = cluster.database().expiredAttempts(node.name());
    node.suspend();
    boolean taken = true;
    try {
      await()
          .atMost(PAUSE_AT_MOST)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> cluster.database().expiredAttempts(node.name()) > before);
    } catch (ConditionTimeoutException e) {
      taken = false;
    }
    node.resume();
    say(node.name() + " paused" + (taken ? ", and others took over what it had" : ""));
    count(taken ? TAKEN_OVER : "pause");
  }

  private void killDatabase() {
    cluster.database().kill();
    say("the queue's database killed");
    count("database kill");
    cluster.database().restart();
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }

  private void say(String what) {
    System.out.printf("CRASH [%d orders] %s%n", cluster.clients().issued(), what);
  }

  /** In how many pauses of a node others took over what it had. */
  int takenOver() {
    return events.getOrDefault(TAKEN_OVER, 0);
  }

  /** How often each point was passed and each other event happened. */
  String report() {
    StringBuilder lines = new StringBuilder();
    fired.forEach((point, count) -> lines.append("%4d × %s%n".formatted(count, point)));
    events.forEach((event, count) -> lines.append("%4d × %s%n".formatted(count, event)));
    return lines.toString();
  }
}
