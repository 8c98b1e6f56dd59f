package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.orders.CommitPath;
import dev.waybill.itests.orders.Ledger;
import dev.waybill.itests.orders.OrdersClient;
import dev.waybill.itests.orders.OrdersClient.Summary;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import dev.waybill.itests.server.ServerSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a server (SIGKILL) while more than a thousand orders are moving, several times, on the same
 * directories, and then counts: every order has ended, every effect is there once.
 *
 * <p>Where a kill can leave branches in doubt, it is tried further until one has.
 *
 * <p>Each restart has a fresh root folder, so that recovery has nothing but the two databases and
 * the transaction log to go by.
 *
 * <p>What a kill leaves of H2's transactions is not always whole; the rules of {@value
 * CrashPoint#H2_SNAPSHOTS} see to it, so that what is counted here is what the adapter does.
 */
@Tag("C5")
@Tag("C9")
@Tag("C13")
@Tag("C15")
@Tag("G1")
@Tag("G2")
@Tag("G3")
@Tag("G4")
@Tag("M7")
class SigkillIT {

  private static final int ROUNDS = 3;
  private static final int MOST_ROUNDS = 6;
  private static final int ORDERS_AT_FIRST = 1000;
  private static final int ORDERS_A_ROUND = 400;
  private static final Duration MOVING_TIMEOUT = Duration.ofSeconds(120);
  private static final Duration QUIESCENCE_TIMEOUT = Duration.ofSeconds(240);

  @ParameterizedTest
  @EnumSource(CommitPath.class)
  void everyOrderEndsOnceWhateverIsKilled(CommitPath path) {
    long seed = seed();
    System.out.println("SIGKILL " + path + ": -Dseed=" + seed);
    Random random = new Random(seed);
    Path directory = Directories.emptied(Artifacts.directory("sigkill-" + path));
    Placing placing = new Placing();
    long inDoubtSeen = 0;
    int round = 0;
    while (round < ROUNDS || path == CommitPath.XA && inDoubtSeen == 0 && round < MOST_ROUNDS) {
      round++;
      try (PayaraMicro server = start(path, directory, round)) {
        OrdersClient orders = new OrdersClient(server.uri("/"));
        if (round == 1) {
          orders.importAll(MOVING_TIMEOUT);
        }
        placing.begin(orders);
        int enough = ORDERS_AT_FIRST + (round - 1) * ORDERS_A_ROUND;
        Summary killedAt = awaitMoving(orders, enough, 20 + random.nextInt(180));
        server.kill();
        placing.end();
        long inDoubt = Ledger.branchesInDoubt(path, directory);
        inDoubtSeen += inDoubt;
        System.out.printf(
            "SIGKILL %s round %d: killed at %s, %d acknowledged one by one, %d in doubt%n",
            path, round, killedAt.counts(), placing.acknowledged().size(), inDoubt);
      }
    }
    Ledger ledger = settle(path, directory, placing, round + 1);
    System.out.printf(
        "SIGKILL %s: %d orders, %d shipped, %d failed, %d branches were in doubt after a kill%n",
        path, ledger.orders(), ledger.shipped(), ledger.failed(), inDoubtSeen);
    System.out.printf(
        "SIGKILL %s: lost %d, doubled %d, in doubt %d%n",
        path, ledger.lost(), ledger.doubled(), ledger.inDoubt());
    assertThat(ledger.orders()).as("orders that were moving").isGreaterThanOrEqualTo(1000);
    assertThat(ledger.failed()).as("orders for unknown articles").isPositive();
    assertThat(ledger.failedWrongly()).as("orders that failed without a reason").isZero();
    assertThat(ledger.lost()).as("lost").isZero();
    assertThat(ledger.doubled()).as("doubled").isZero();
    assertThat(ledger.completedTwice()).as("completed twice").isZero();
    if (path == CommitPath.JOINED) {
      assertThat(ledger.twoPhaseBranches()).as("branches beside the one commit").isZero();
      assertThat(ledger.outOfOrder()).as("reserved before an earlier one").isZero();
    } else {
      assertThat(inDoubtSeen).as("branches a kill left in doubt; none tests nothing").isPositive();
    }
    assertThat(ledger.inDoubt()).as("in doubt").isZero();
    assertThat(ledger.undelivered()).as("deliveries left").isZero();
    assertThat(ledger.messages()).as("messages left").isZero();
    Directories.removed(directory.resolve("data"));
  }

  private static Ledger settle(CommitPath path, Path directory, Placing placing, int start) {
    try (PayaraMicro server = start(path, directory, start)) {
      OrdersClient orders = new OrdersClient(server.uri("/"));
      orders.awaitFinished(QUIESCENCE_TIMEOUT);
      server.stop();
    }
    return Ledger.read(path, directory, placing.acknowledged());
  }

  /** Waits until there are enough orders, so many more have been shipped, and some have not. */
  private static Summary awaitMoving(OrdersClient orders, int enough, int more) {
    long before = orders.summary().count("SHIPPED");
    return orders.awaitSummary(
        "orders are moving",
        MOVING_TIMEOUT,
        summary ->
            summary.total() >= enough
                && summary.count("SHIPPED") >= before + more
                && summary.settled() < summary.total());
  }

  private static PayaraMicro start(CommitPath path, Path directory, int round) {
    ServerSetup setup =
        new ServerSetup(
            "round-" + round,
            directory.resolve("server-" + round),
            path.preBoot(directory),
            path.postBoot(directory)
                .add("deploy", "--name orders --contextroot /", Artifacts.ordersWar().toString()));
    return PayaraMicro.start(setup, List.of(wholeSnapshots(directory.resolve("h2.btm"))));
  }

  /** Lets an agent change H2 by rules, which are written to a file. */
  private static String wholeSnapshots(Path file) {
    try {
      Files.writeString(file, CrashPoint.text(CrashPoint.H2_SNAPSHOTS));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
    return "-javaagent:%s=boot:%s,script:%s".formatted(CrashNode.agent(), CrashNode.agent(), file);
  }

  private static long seed() {
    String given = System.getProperty("seed", "");
    return given.isBlank() ? System.nanoTime() : Long.parseLong(given);
  }
}
