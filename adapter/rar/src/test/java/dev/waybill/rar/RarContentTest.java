package dev.waybill.rar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

class RarContentTest {

  private static final Path RAR = Path.of(System.getProperty("waybill.rar"));
  private static final Path ADR =
      Path.of(System.getProperty("waybill.root"), "docs/adr/0001-jars-in-the-rar.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([A-Za-z0-9-]+)` \\|");
  private static final Pattern JAR = Pattern.compile("(.+?)-\\d[^/]*\\.jar");
  private static final long SIX_MEBIBYTES = 6L * 1024 * 1024;

  @Test
  void isSmallerThanSixMebibytes() throws IOException {
    assertThat(Files.size(RAR)).isLessThan(SIX_MEBIBYTES);
  }

  @Test
  void holdsExactlyTheJarsThatTheDecisionNames() throws IOException {
    assertThat(jars()).isEqualTo(namedInTheDecision());
  }

  @Test
  void holdsItsDescriptorAndNoPersistenceUnit() throws IOException {
    assertThat(entries())
        .contains("META-INF/ra.xml")
        .doesNotContain("META-INF/persistence.xml")
        .allMatch(name -> name.endsWith(".jar") || name.startsWith("META-INF/"));
  }

  private static Set<String> jars() throws IOException {
    Set<String> jars = new TreeSet<>();
    for (String entry : entries()) {
      Matcher matcher = JAR.matcher(entry);
      if (matcher.matches()) {
        jars.add(matcher.group(1));
      }
    }
    return jars;
  }

  private static List<String> entries() throws IOException {
    try (ZipFile rar = new ZipFile(RAR.toFile())) {
      return rar.stream().map(ZipEntry::getName).toList();
    }
  }

  private static Set<String> namedInTheDecision() throws IOException {
    Set<String> named = new TreeSet<>();
    for (String line : Files.readAllLines(ADR)) {
      Matcher matcher = ROW.matcher(line);
      if (matcher.find()) {
        named.add(matcher.group(1));
      }
    }
    return named;
  }
}
