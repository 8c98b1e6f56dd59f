package dev.waybill.ra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every id that the adapter logs is explained in docs/log.md, and no other. */
class LogPageTest {

  private static final Path ROOT = Path.of(System.getProperty("waybill.root"));
  private static final Pattern LOGGED = Pattern.compile("\"(WB-\\d{4})\\b");
  private static final Pattern EXPLAINED = Pattern.compile("(?m)^\\| (WB-\\d{4}(?:, WB-\\d{4})*) ");

  @Test
  void pageAndCodeNameTheSameIds() throws IOException {
    Set<String> explained = new TreeSet<>();
    EXPLAINED
        .matcher(read(ROOT.resolve("docs/log.md")))
        .results()
        .forEach(row -> explained.addAll(Set.of(row.group(1).split(", "))));
    assertThat(logged()).isEqualTo(explained);
  }

  private static Set<String> logged() throws IOException {
    Set<String> ids = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("adapter"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/main/"))
          .flatMap(file -> LOGGED.matcher(read(file)).results())
          .map((MatchResult found) -> found.group(1))
          .forEach(ids::add);
    }
    return ids;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
