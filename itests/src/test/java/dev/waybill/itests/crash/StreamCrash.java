package dev.waybill.itests.crash;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The crash test of streams, on both commit paths: {@code mvn -B -Pcrash verify
 * -Dit.test=StreamCrash [-Dseed=…] [-Drounds=…] [-Dpath=…] [-Dpoints=…]}. The producers' node ends
 * at every crash point that it passes, in so many rounds.
 */
@Tag("S11")
@Tag("M19")
@Tag("C10")
@Tag("C11")
@Tag("G1")
@Tag("G4")
class StreamCrash {

  private static final int ROUNDS = 4;

  @ParameterizedTest
  @MethodSource("dev.waybill.itests.crash.CrashRun#paths")
  void killedProducersLeaveNoGapAndNoDuplicate(PostgresPath path) {
    int rounds = CrashRun.number("rounds", ROUNDS);
    int paths = CrashRun.paths().size();
    StreamRun.of(
        new StreamRun.Plan(
            "streams-" + path,
            path,
            (rounds + paths - 1) / paths,
            CrashRun.given(StreamRun.points(path)),
            true),
        CrashRun.seed());
  }
}
