package dev.waybill.itests.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {

  private static final Pattern FAILED = Pattern.compile("A request failed");

  @TempDir private Path directory;

  private ServerLog log(String... lines) throws IOException {
    return new ServerLog(Files.write(directory.resolve("server.log"), List.of(lines)));
  }

  @Test
  void aRecordOfTheServerIsFoundByItsHeadAndByItsMessage() throws IOException {
    ServerLog log =
        log(
            "[2026-11-23T13:12:00.000+0000] [] [INFO] [] [server] ready in 9 s",
            "[2026-11-23T13:12:01.000+0000] [] [WARNING] [] [sample] [levelValue: 900] [[",
            "  A request failed",
            "jakarta.ejb.EJBException",
            "]]",
            "[2026-11-23T13:12:02.000+0000] [] [WARNING] [NCLS-SECURITY-05054] [ssl] expired");

    assertThat(log.lastRecords(FAILED))
        .isEqualTo(log.lastRecords(ServerLog.WORRY))
        .singleElement()
        .asString()
        .startsWith("[2026-11-23T13:12:01")
        .endsWith("EJBException\n]]");
  }

  @Test
  void soIsARecordOfTheDemo() throws IOException {
    ServerLog log =
        log("14:27:24 INFO    starts", "14:27:25 WARNING A request failed", "jakarta.ejb.EJB");

    assertThat(log.lastRecords(FAILED))
        .containsExactly("14:27:25 WARNING A request failed\njakarta.ejb.EJB");
  }

  @Test
  void ofManyRecordsTheLastAreShownAndOfALongOneTheBeginning() throws IOException {
    ServerLog log =
        log(
            IntStream.range(0, 30)
                .mapToObj(i -> "14:27:%02d WARNING %d%s".formatted(i, i, "\n\tat a".repeat(200)))
                .toArray(String[]::new));

    assertThat(log.lastRecords(ServerLog.WORRY))
        .hasSize(10)
        .allSatisfy(record -> assertThat(record.lines()).hasSize(80))
        .first()
        .asString()
        .startsWith("14:27:20");
  }
}
