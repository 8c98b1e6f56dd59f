package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.audit.Audit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The crash test: {@code mvn -B -Pcrash verify [-Dseed=…] [-Drounds=…] [-Dorders=…]}. Three nodes
 * with their queue on one PostgreSQL, half of the rounds and orders on each commit path; every
 * crash point is passed, nodes and the database are killed, nodes are stopped for longer than a
 * lease, and the wall clock of a node jumps by an hour (by libfaketime).
 *
 * <p>{@code -Dpath=xa} runs one commit path only, {@code -Dpoints=prepare,commit} only the points
 * whose names begin so, {@code -Devents=3} so many kills, kills of the database and pauses a round.
 */
@Tag("G1")
@Tag("G2")
@Tag("G3")
@Tag("G4")
@Tag("G5")
@Tag("G7")
@Tag("M7")
@Tag("C1")
@Tag("C2")
@Tag("C3")
@Tag("C9")
@Tag("C13")
class FullCrash {

  private static final int NODES = 3;

  /** With so many orders some requests are under way when a node ends, and most are placed. */
  private static final int MANY = 5_000;

  @Test
  void nothingIsLostDoubledOrLeftInDoubt() {
    long seed = CrashRun.seed();
    int rounds = CrashRun.number("rounds", 6);
    int orders = CrashRun.number("orders", 20_000);
    List<CrashRun> runs = new ArrayList<>();
    List<PostgresPath> paths = CrashRun.paths();
    for (PostgresPath path : paths) {
      int part = (rounds + paths.size() - 1) / paths.size();
      runs.add(
          CrashRun.of(
              new CrashRun.Plan(
                  "crash-" + path,
                  path,
                  NODES,
                  part,
                  orders / paths.size(),
                  CrashRun.number("events", 1),
                  true,
                  CrashRun.given(CrashPoint.on(path))),
              seed));
    }
    System.out.printf(
        "CRASH -Dseed=%d%nlost %d, doubled %d, in doubt %d%n",
        seed,
        runs.stream().mapToInt(run -> run.audit().lost().size()).sum(),
        runs.stream().mapToInt(run -> run.audit().doubled().size()).sum(),
        runs.stream().mapToInt(run -> run.audit().inDoubt().size()).sum());
    for (CrashRun run : runs) {
      Audit audit = run.audit();
      assertThat(audit.isClean()).as(audit.report()).isTrue();
      if (orders >= MANY) {
        assertThat(audit.committed())
            .as("orders that were placed")
            .isGreaterThanOrEqualTo(orders / paths.size() * 9L / 10);
        assertThat(run.takenOver()).as("pauses in which others took over").isPositive();
        assertThat(audit.unansweredThere() + audit.unansweredGone()).as("unanswered").isPositive();
      }
      assertThat(run.missed()).as("crash points that no node passed").isEmpty();
    }
  }
}
