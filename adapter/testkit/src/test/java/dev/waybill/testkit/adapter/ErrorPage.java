package dev.waybill.testkit.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * What users read when they are refused: checked, and printed to {@code target/errors-*.txt}, one
 * for each process that runs tests, so that a person can read the errors of a run in one go.
 */
final class ErrorPage {

  /** The kinds that say retryable; {@code INTERNAL} says each time. */
  private static final Set<Kind> RETRYABLE = Set.of(Kind.FULL, Kind.UNAVAILABLE);

  private static final int LONGEST = 700;
  private static final Path FILE =
      Path.of("target", "errors-" + System.getProperty("surefire.forkNumber", "1") + ".txt");
  private static final Map<String, String> PAGE = new TreeMap<>();

  private ErrorPage() {}

  /**
   * Checks that a call is refused, and as a user would expect it.
   *
   * @param kind what kind of error
   * @param when what is wrong, for the page
   * @param call what is refused
   * @param words that decide: what was wrong, where, what would be accepted, what to do
   * @return the error
   */
  static QueueException assertRefused(
      Kind kind, String when, ThrowingCallable call, String... words) {
    return assertRefused(kind, RETRYABLE.contains(kind), when, call, words);
  }

  /** The same, where the error says itself whether it is retryable. */
  static QueueException assertRefused(
      Kind kind, boolean retryable, String when, ThrowingCallable call, String... words) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as(when).isInstanceOf(QueueException.class);
    QueueException error = (QueueException) thrown;
    print(error, when);
    assertThat(error.kind()).as(when + ": " + error.getMessage()).isEqualTo(kind);
    assertThat(error.retryable()).as(when + ": retryable").isEqualTo(retryable);
    assertThat(error.getMessage())
        .as(when)
        .contains(words)
        .endsWith(".")
        .doesNotContain("\n", "  ", "..")
        .hasSizeLessThan(LONGEST);
    return error;
  }

  private static synchronized void print(QueueException error, String when) {
    PAGE.put(
        error.kind() + (error.retryable() ? " (retryable): " : ": ") + when, error.getMessage());
    StringBuilder page = new StringBuilder();
    PAGE.forEach((title, text) -> page.append(title).append("\n    ").append(text).append("\n\n"));
    try {
      Files.writeString(FILE, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
