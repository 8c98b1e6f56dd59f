package dev.waybill.ra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages and sources of the project, for tests that compare them. */
final class ProjectFiles {

  static final Path ROOT = Path.of(System.getProperty("waybill.root"));

  private ProjectFiles() {}

  /** What the rows of a page begin with: a group that may name several, with commas. */
  static Set<String> rows(String page, Pattern row) {
    Set<String> names = new TreeSet<>();
    row.matcher(read(ROOT.resolve("docs").resolve(page)))
        .results()
        .forEach(found -> names.addAll(Set.of(found.group(1).split(", "))));
    return names;
  }

  /** The groups of all places in the Java sources of a kind, {@code main} or {@code test}. */
  static Set<String> inSources(String kind, Pattern place) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/" + kind + "/"))
          .forEach(
              file -> place.matcher(read(file)).results().forEach(at -> names.add(at.group(1))));
    }
    return names;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
