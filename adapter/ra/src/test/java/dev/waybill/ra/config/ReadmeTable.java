package dev.waybill.ra.config;

import java.util.List;
import java.util.Set;

/** The table of the README: the properties people set first, written from their definitions. */
final class ReadmeTable {

  private static final String BEGIN = "<!-- configuration:begin -->\n";
  private static final String END = "<!-- configuration:end -->";

  private static final Set<String> ADAPTER =
      Set.of("dataSource", "url", "user", "password", "embeddedDirectory", "syncOnCommit");
  private static final Set<String> ACTIVATION =
      Set.of(
          "queue",
          "deadLetterQueue",
          "maxAttempts",
          "retrySchedule",
          "maxConcurrency",
          "leaseDuration",
          "payloadType");

  private ReadmeTable() {}

  /** The README with the table between its markers. */
  static String in(String readme) {
    int begin = readme.indexOf(BEGIN);
    int end = readme.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("README.md has lost its marker " + BEGIN + " … " + END);
    }
    return readme.substring(0, begin + BEGIN.length()) + table() + readme.substring(end);
  }

  private static String table() {
    return "| where | property | default | |\n|---|---|---|---|\n"
        + rows("adapter", AdapterProperties.ALL, ADAPTER)
        + rows("bean", ActivationProperties.ALL, ACTIVATION);
  }

  private static String rows(String where, List<Property<?>> properties, Set<String> names) {
    StringBuilder rows = new StringBuilder();
    properties.stream()
        .filter(property -> names.contains(property.name()))
        .forEach(
            property ->
                rows.append("| ")
                    .append(where)
                    .append(" | `")
                    .append(property.name())
                    .append("` | ")
                    .append(property.standard().map(text -> "`" + text + "`").orElse(""))
                    .append(" | ")
                    .append(property.sentence())
                    .append(" |\n"));
    return rows.toString();
  }
}
