package dev.waybill.core.model;

import dev.waybill.api.QueueException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write them: {@code 500ms}, {@code 30s}, {@code 12h}, or ISO-8601. */
public final class DurationText {

  private static final Pattern SHORT = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");

  private DurationText() {}

  /**
   * Reads a duration.
   *
   * @param text an integer with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}, or
   *     ISO-8601; not negative
   * @return the duration
   * @throws QueueException {@code INVALID}; a bare number is an error
   */
  public static Duration parse(String text) {
    Matcher matcher = SHORT.matcher(text == null ? "" : text);
    try {
      if (matcher.matches()) {
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
      }
      if (text != null && (text.startsWith("P") || text.startsWith("p"))) {
        Duration duration = Duration.parse(text);
        if (!duration.isNegative()) {
          return duration;
        }
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(text, e);
    }
    throw invalid(text, null);
  }

  private static QueueException invalid(String text, Exception cause) {
    return new QueueException(
        QueueException.Kind.INVALID,
        "\""
            + text
            + "\" is not a duration. Write an integer with a unit (ms, s, m, h, d), for example"
            + " 30s, or ISO-8601, for example PT30S.",
        cause);
  }

  /**
   * Writes a duration in the largest unit that holds it exactly.
   *
   * @param duration whole milliseconds, not negative
   * @return text that {@link #parse} reads
   */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % 86_400_000 == 0) {
      return millis / 86_400_000 + "d";
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
