package dev.waybill.ra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule of docs/rules.md is held by a tagged test, and every tag is explained there. */
class RulesPageTest {

  private static final Path ROOT = Path.of(System.getProperty("waybill.root"));
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]+)\"\\)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z][A-Z0-9_, ]+?) \\|");

  @Test
  void pageAndTestsNameTheSameRules() throws IOException {
    Set<String> explained = new TreeSet<>();
    ROW.matcher(Files.readString(ROOT.resolve("docs/rules.md")))
        .results()
        .forEach(row -> explained.addAll(Set.of(row.group(1).split(", "))));
    assertThat(tagsOfTests()).isEqualTo(explained);
  }

  private static Set<String> tagsOfTests() throws IOException {
    Set<String> tags = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/test/"))
          .forEach(
              file -> TAG.matcher(read(file)).results().forEach(tag -> tags.add(tag.group(1))));
    }
    return tags;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
