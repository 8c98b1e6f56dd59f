package dev.waybill.itests.benchmark;

import dev.waybill.itests.benchmark.measure.Rounds;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What is measured, from system properties.
 *
 * @param cases their names
 * @param databases {@code postgresql}, {@code h2}
 * @param messages of a run
 * @param rounds that count
 * @param threads that work
 * @param depth the messages of a deep queue
 * @param held how many seconds a snapshot is held
 * @param fastest no contestant handles more than that in a second
 * @param seed of everything random
 * @param postgres a directory of PostgreSQL's programs, if not those of the class path
 * @param output the directory of the report
 */
public record Settings(
    List<String> cases,
    List<String> databases,
    int messages,
    int rounds,
    int threads,
    int depth,
    int held,
    int fastest,
    long seed,
    Optional<Path> postgres,
    Path output) {

  /** Reads them; what is not given has a default. */
  static Settings read(List<String> allCases) {
    String cases = text("cases", "");
    String seed = text("seed", "");
    String postgres = text("postgres", "");
    return new Settings(
        cases.isEmpty() ? allCases : List.of(cases.split(",")),
        List.of(text("databases", "postgresql,h2").split(",")),
        number("messages", 5_000),
        number("rounds", 3),
        number("threads", 4),
        number("depth", 100_000),
        number("held", 10),
        number("fastest", 10_000),
        seed.isEmpty() ? new Random().nextInt(Integer.MAX_VALUE) : Long.parseLong(seed),
        postgres.isEmpty() ? Optional.empty() : Optional.of(Path.of(postgres)),
        Path.of(text("benchmark.output", "target/benchmark")));
  }

  private static String text(String name, String otherwise) {
    String value = System.getProperty(name, "").strip();
    return value.isEmpty() ? otherwise : value;
  }

  private static int number(String name, int otherwise) {
    String value = text(name, Integer.toString(otherwise));
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("-D" + name + "=" + value + ": expected a positive number");
  }

  /** Rounds as they were asked for; the order is the same for the same seed. */
  public Rounds newRounds() {
    return new Rounds(rounds, new Random(seed));
  }
}
