package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The short form of the crash test: two nodes on one PostgreSQL, some hundred orders, a few kills.
 * The whole of it is run by {@code mvn -B -Pcrash verify}.
 */
@Tag("G1")
@Tag("G2")
@Tag("G3")
@Tag("C9")
class ClusterCrashIT {

  private static final int ORDERS = 400;

  @Test
  void nothingIsLostOrDoubledWhenNodesAndTheDatabaseAreKilled() {
    long seed = CrashRun.seed();
    List<CrashPoint> points = CrashPoint.on(PostgresPath.JOINED);
    CrashPoint point = points.get(new Random(seed).nextInt(6));
    CrashRun run =
        CrashRun.of(
            new CrashRun.Plan(
                "crash-short", PostgresPath.JOINED, 2, 1, ORDERS, 1, false, List.of(point)),
            seed);
    assertThat(run.missed()).isEmpty();
    assertThat(run.audit().committed()).isGreaterThanOrEqualTo(ORDERS / 2);
    assertThat(run.audit().isClean()).as(run.audit().report()).isTrue();
  }
}
