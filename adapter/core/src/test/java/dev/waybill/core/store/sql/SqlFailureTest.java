package dev.waybill.core.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which errors of a statement a caller may answer with the same call. */
@Tag("INTERNAL")
class SqlFailureTest {

  private final Dialect dialect = Dialect.ofProduct("H2", "here");

  @ParameterizedTest
  @CsvSource({
    "58030, true, INTERNAL, true",
    "58030, false, INTERNAL, false",
    "50000, true, INTERNAL, true",
    "22001, true, INTERNAL, false",
    "23505, true, INTERNAL, false",
    "42S02, true, INTERNAL, false",
    "40001, true, UNAVAILABLE, true",
    "08006, true, UNAVAILABLE, true",
    "53100, true, UNAVAILABLE, true",
    ", true, UNAVAILABLE, true"
  })
  void onlyWhatIsUndoneAndNotAboutTheStatementIsWorthARetry(
      String state, boolean rolledBack, Kind kind, boolean retryable) {
    RuntimeException error = new IllegalStateException(new SQLException("no", state));

    QueueException seen = SqlFailure.toException("send", error, dialect, rolledBack);

    assertThat(seen.kind()).isEqualTo(kind);
    assertThat(seen.retryable()).isEqualTo(retryable);
    assertThat(seen).hasMessageContaining("send: no").hasCause(error);
  }
}
