package dev.waybill.itests.benchmark.report;

import dev.waybill.itests.benchmark.measure.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Tables in Markdown, on the console and in a file. */
public final class Report {

  private final Path file;

  /** A report in a file, which is begun anew. */
  public Report(Path file, String preface) throws IOException {
    this.file = file;
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    write(preface + "\n");
  }

  /** What rounds have come to; the first result is the base. */
  public void results(String title, List<Result> results) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (Result result : results) {
      rows.add(
          List.of(
              result.name(),
              format("%.2f", result.ratio()),
              format("%.2f", result.lowest()) + " to " + format("%.2f", result.highest()),
              format("%,.0f", result.rate()),
              format("%,.0f", result.cpuPerMessage())));
    }
    table(title, List.of("contestant", "ratio", "lowest to highest", "messages/s", "CPU µs"), rows);
  }

  /** Any table. */
  public void table(String title, List<String> heads, List<List<String>> rows) throws IOException {
    StringBuilder text = new StringBuilder("\n### " + title + "\n\n");
    text.append(line(heads)).append(line(Collections.nCopies(heads.size(), "---")));
    rows.forEach(row -> text.append(line(row)));
    text.append("\nLoad average ").append(Machine.load()).append(".\n");
    write(text.toString());
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String format(String pattern, double figure) {
    return String.format(Locale.ROOT, pattern, figure);
  }

  private void write(String text) throws IOException {
    System.out.print(text);
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }
}
