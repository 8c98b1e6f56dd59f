package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.LogLines;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said about a PostgreSQL that may lose commits. */
@Tag("C15")
class PostgresOpeningTest {

  private static PostgresServer server;

  @BeforeAll
  static void start() throws IOException {
    server = PostgresServer.builder().start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private List<String> warningsOnOpening(String url) {
    try (LogLines log = new LogLines()) {
      QueueStores.open(
              TestStore.options(new Source.Url(url, "postgres", "", true), new SettableClock()))
          .close();
      return log.warnings();
    }
  }

  @Test
  void durableCommitsAreNotWorthALine() throws Exception {
    assertThat(warningsOnOpening(server.createDatabase("durable"))).isEmpty();
  }

  @Test
  void asynchronousCommitsAreSaidWithTheFix() throws Exception {
    String url = server.createDatabase("asynchronous") + "&options=-c%20synchronous_commit%3Doff";
    assertThat(warningsOnOpening(url))
        .singleElement()
        .asString()
        .startsWith("WARNING WB-0211 ")
        .contains("synchronous_commit = off", "alter role", "asynchronous");
  }

  @Test
  void aServerThatDoesNotSyncIsSaidWithTheFix() throws Exception {
    String url = server.createDatabase("unsynced");
    Jdbc jdbc = new Jdbc(server.url("postgres"));
    jdbc.execute("alter system set fsync = off");
    jdbc.texts("select pg_reload_conf()::text");
    try {
      org.awaitility.Awaitility.await()
          .until(() -> jdbc.texts("show fsync").equals(List.of("off")));
      assertThat(warningsOnOpening(url))
          .singleElement()
          .asString()
          .startsWith("WARNING WB-0211 ")
          .contains("fsync = off", "for the server");
    } finally {
      jdbc.execute("alter system reset fsync");
      jdbc.texts("select pg_reload_conf()::text");
    }
  }
}
