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

  /** MariaDB tells by its own codes, the SQL states say less. */
  @ParameterizedTest
  @CsvSource({
    "1062, 23000, DUPLICATE",
    "1048, 23000, OTHER",
    "1205, HY000, CONTENTION",
    "1213, 40001, CONTENTION",
    "1020, HY000, CONTENTION",
    "1969, 70100, CONTENTION",
    "1927, 70100, CONNECTION",
    "1053, 08S01, CONNECTION",
    "1040, 08004, CONNECTION",
    "1406, 22001, OTHER"
  })
  void errorsOfMariaDbAreTold(int code, String state, SqlFailure meaning) {
    RuntimeException error = new IllegalStateException(new SQLException("no", state, code));

    assertThat(SqlFailure.of(error, Dialect.ofProduct("MariaDB", "here"))).isEqualTo(meaning);
  }

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
