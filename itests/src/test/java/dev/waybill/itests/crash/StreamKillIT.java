package dev.waybill.itests.crash;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Producers of streams on a node that is killed go on after what their streams say, and the bean on
 * another node sees each entry once and in order. The whole of it is run by {@code mvn -B -Pcrash
 * verify}.
 */
@Tag("S11")
@Tag("M19")
@Tag("C10")
@Tag("C11")
@Tag("G1")
class StreamKillIT {

  @Test
  void killedProducersLeaveNoGapAndNoDuplicate() {
    long seed = CrashRun.seed();
    List<CrashPoint> points =
        StreamRun.points(PostgresPath.JOINED).stream()
            .filter(point -> point.name().startsWith("send"))
            .toList();
    CrashPoint point = points.get(new Random(seed).nextInt(points.size()));
    StreamRun.of(
        new StreamRun.Plan("streams-short", PostgresPath.JOINED, 1, List.of(point), false), seed);
  }
}
