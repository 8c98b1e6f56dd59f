package dev.waybill.itests.benchmark;

import dev.waybill.itests.benchmark.cases.BlockedKey;
import dev.waybill.itests.benchmark.cases.Case;
import dev.waybill.itests.benchmark.cases.Choices;
import dev.waybill.itests.benchmark.cases.Databases;
import dev.waybill.itests.benchmark.cases.Depth;
import dev.waybill.itests.benchmark.cases.Forms;
import dev.waybill.itests.benchmark.cases.HeldSnapshot;
import dev.waybill.itests.benchmark.cases.Kind;
import dev.waybill.itests.benchmark.cases.Paths;
import dev.waybill.itests.benchmark.report.Machine;
import dev.waybill.itests.benchmark.report.Report;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program of {@code mvn -B -Pbenchmark verify}: see docs/benchmarks.md. */
public final class Benchmark {

  private static final List<Case> CASES =
      List.of(
          new Forms(Kind.CONSUME),
          new Forms(Kind.ENQUEUE),
          new Choices(),
          new Depth(),
          new HeldSnapshot(),
          new BlockedKey(),
          new Paths());

  // Held, because loggers that nothing refers to are forgotten with their level.
  private static final Logger ADAPTER = Logger.getLogger("dev.waybill");

  private Benchmark() {}

  /** Runs the cases that the system properties ask for. */
  public static void main(String[] arguments) throws Exception {
    ADAPTER.setLevel(Level.WARNING);
    Settings settings = Settings.read(CASES.stream().map(Case::name).toList());
    List<Case> cases = settings.cases().stream().map(Benchmark::named).toList();
    Report report =
        new Report(
            settings.output().resolve("benchmark.md"),
            "%s, %s.\n%,d messages of 1 KiB, %d threads, median of %d paired rounds, seed %d."
                .formatted(
                    LocalDate.now(ZoneOffset.UTC),
                    Machine.description(),
                    settings.messages(),
                    settings.threads(),
                    settings.rounds(),
                    settings.seed()));
    try (Databases databases = new Databases(settings.databases(), settings.postgres())) {
      for (Case each : cases) {
        each.run(settings, databases, report);
      }
    }
  }

  private static Case named(String name) {
    return CASES.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "-Dcases=" + name + ": expected " + CASES.stream().map(Case::name).toList()));
  }
}
