package dev.waybill.itests.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The console output of one server process, in a file.
 *
 * @param file where the output is
 */
public record ServerLog(Path file) {

  /** In the line of a warning or an error, but those that this server has at every start. */
  public static final Pattern WORRY =
      Pattern.compile("WARNING(?!.*(NCLS-SECURITY|hazelcast))|SEVERE|ERROR");

  private static final int TAIL_LINES = 60;
  private static final int RECORDS = 10;
  private static final int RECORD_LINES = 80;

  /** Before a record as the server writes it, or as the demo has it written. */
  private static final Pattern RECORD =
      Pattern.compile("(?m)^(?=\\[\\d{4}-|\\d\\d:\\d\\d:\\d\\d )");

  /** The output so far. A character that was written by halves shows as a replacement. */
  public String text() {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the server's log " + file, e);
    }
  }

  /** The lines that a pattern is found in. */
  public List<String> lines(Pattern pattern) {
    return text().lines().filter(pattern.asPredicate()).toList();
  }

  /** The lines that contain all of the words. */
  public List<String> linesWith(String... words) {
    return text().lines().filter(line -> List.of(words).stream().allMatch(line::contains)).toList();
  }

  /** Waits until a line contains all of the words. */
  public String awaitLineWith(Duration timeout, String... words) {
    return await("a log line with " + List.of(words) + " in " + file)
        .atMost(timeout)
        .until(() -> linesWith(words), lines -> !lines.isEmpty())
        .get(0);
  }

  /** The last records whose head or message a pattern is found in, each without its end. */
  List<String> lastRecords(Pattern pattern) {
    List<String> records =
        RECORD
            .splitAsStream(text())
            .filter(record -> record.lines().limit(2).anyMatch(pattern.asPredicate()))
            .toList();
    return records.subList(Math.max(0, records.size() - RECORDS), records.size()).stream()
        .map(record -> record.lines().limit(RECORD_LINES).collect(Collectors.joining("\n")))
        .toList();
  }

  /** The last lines, for error messages. */
  public String tail() {
    List<String> all = text().lines().toList();
    return all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()).stream()
        .collect(Collectors.joining("\n"));
  }
}
