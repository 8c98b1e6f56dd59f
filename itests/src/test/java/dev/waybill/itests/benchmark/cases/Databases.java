package dev.waybill.itests.benchmark.cases;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.H2Database;
import dev.waybill.itests.benchmark.database.PostgresDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The databases of a run, started when they are first asked for. */
public final class Databases implements AutoCloseable {

  private final List<String> wanted;
  private final Optional<Path> installed;
  private PostgresDatabase postgres;
  private H2Database h2;
  private Path h2Directory;
  private final Map<Database, Database> business = new HashMap<>();

  /**
   * Databases.
   *
   * @param wanted {@code postgresql}, {@code h2}
   * @param installed PostgreSQL's programs, if not those of the class path
   */
  public Databases(List<String> wanted, Optional<Path> installed) {
    this.wanted = wanted;
    this.installed = installed;
  }

  /** A second database beside one of these, for the application's own rows. */
  public Database business(Database beside) throws IOException, SQLException {
    Database known = business.get(beside);
    if (known == null) {
      known = beside.another("business");
      business.put(beside, known);
    }
    return known;
  }

  /** Those that were asked for. */
  public List<Database> all() throws IOException, SQLException {
    return Stream.concat(postgres().stream(), h2().stream()).toList();
  }

  /** PostgreSQL, if it was asked for. */
  public Optional<Database> postgres() throws IOException, SQLException {
    if (postgres == null && wanted.contains("postgresql")) {
      postgres = PostgresDatabase.start(installed);
    }
    return Optional.ofNullable(postgres);
  }

  /** H2, if it was asked for. */
  public Optional<Database> h2() throws IOException, SQLException {
    if (h2 == null && wanted.contains("h2")) {
      h2Directory = Files.createTempDirectory("waybill-benchmark");
      h2 = new H2Database(h2Directory);
    }
    return Optional.ofNullable(h2);
  }

  @Override
  public void close() throws IOException, SQLException {
    if (postgres != null) {
      postgres.close();
    }
    if (h2 != null) {
      h2.close();
      try (Stream<Path> files = Files.walk(h2Directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(Databases::delete);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
