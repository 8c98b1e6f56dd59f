package dev.waybill.core.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.store.sql.Dialect.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which versions of a database are accepted. */
class DialectVersionTest {

  @ParameterizedTest
  @CsvSource({
    "H2, 2, 1, H2 2.2 or later",
    "H2, 1, 4, H2 2.2 or later",
    "PostgreSQL, 14, 12, PostgreSQL 15 or later",
    "PostgreSQL, 9, 6, PostgreSQL 15 or later",
    "MariaDB, 10, 6, MariaDB 10.11 or later",
  })
  void whatIsTooOldIsRefused(String product, int major, int minor, String accepted) {
    Dialect dialect = Dialect.ofProduct(product, "url=x");
    assertThatThrownBy(
            () -> dialect.requireVersion(new Version(major, minor), "the old one", "url=x"))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
        .hasMessageContainingAll("url=x", product + " the old one", accepted);
  }

  @ParameterizedTest
  @CsvSource({
    "H2, 2, 2",
    "H2, 2, 4",
    "PostgreSQL, 15, 0",
    "PostgreSQL, 18, 1",
    "MariaDB, 10, 11",
    "MariaDB, 11, 4",
  })
  void theOldestAndWhatIsNewerAreAccepted(String product, int major, int minor) {
    Dialect dialect = Dialect.ofProduct(product, "url=x");
    assertThatCode(() -> dialect.requireVersion(new Version(major, minor), "it", "url=x"))
        .doesNotThrowAnyException();
  }

  @Test
  void aVersionIsWrittenAsPeopleDo() {
    assertThat(new Version(15, 0)).hasToString("15");
    assertThat(new Version(10, 11)).hasToString("10.11");
  }
}
