package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.store.StoreOptions.Source;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on an H2 file that is synced with each commit; and what only files have. */
@Tag("C15")
class H2FileStoreTest extends StoreContract {

  @TempDir Path folder;

  @Override
  Source source() {
    return new Source.Url(url() + ";DB_CLOSE_ON_EXIT=FALSE", "sa", "", true);
  }

  private String url() {
    // Looked into while the store has it open, by the same process.
    return "jdbc:h2:file:" + folder.resolve("queue");
  }

  @Override
  long number(String query) {
    return Long.parseLong(texts(query).get(0));
  }

  @Override
  Connection connect() throws SQLException {
    return new Jdbc(url() + ";DB_CLOSE_ON_EXIT=FALSE").connect();
  }

  @Override
  List<String> texts(String query) {
    return new Jdbc(url() + ";DB_CLOSE_ON_EXIT=FALSE").texts(query);
  }

  @Test
  void commitsAreWrittenWithoutDelay() {
    assertThat(
            texts(
                "select setting_value from information_schema.settings where setting_name ="
                    + " 'WRITE_DELAY'"))
        .containsOnly("0");
  }

  @Test
  void closingGivesTheFileBack() {
    store.close();

    // An exclusive lock of the file would refuse another database engine.
    assertThat(folder.resolve("queue.lock.db")).doesNotExist();
    assertThat(FileLockCheck.isFree(folder.resolve("queue.mv.db"))).isTrue();
    open();
  }
}
