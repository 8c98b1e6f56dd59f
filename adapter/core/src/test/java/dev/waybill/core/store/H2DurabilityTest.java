package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.Source;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was acknowledged survives SIGKILL of the process. */
@Tag("C15")
class H2DurabilityTest {

  private static final int ACKNOWLEDGED = 200;

  @TempDir Path folder;

  @ParameterizedTest(name = "sync on commit: {0}")
  @ValueSource(booleans = {true, false})
  void everythingAcknowledgedIsThereAfterAKill(boolean sync) throws Exception {
    String url = "jdbc:h2:file:" + folder.resolve("queue");
    int last = writeUntilKilled(url, sync);

    SettableClock clock = new SettableClock();
    Set<String> found = new HashSet<>();
    try (QueueStore store =
        QueueStores.open(TestStore.options(new Source.Url(url, "sa", "", true), clock))) {
      UUID term = store.leases().openTerm("n1/bean", clock.now().plusSeconds(60));
      List<LeasedMessage> claimed;
      do {
        claimed = store.leases().claim(request(term, 100, RetryPolicy.DEFAULT, ORDERS));
        claimed.forEach(message -> found.add(TestStore.text(message)));
      } while (!claimed.isEmpty());
    }

    for (int i = 1; i <= last; i++) {
      assertThat(found).contains(Integer.toString(i));
    }
    assertThat(found).hasSizeBetween(last, last + 1);
  }

  /** The last number that was acknowledged. */
  private static int writeUntilKilled(String url, boolean sync) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                url,
                Boolean.toString(sync))
            .redirectError(Redirect.INHERIT)
            .start();
    int last = 0;
    try (BufferedReader acknowledged =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = acknowledged.readLine()) != null) {
        last = Integer.parseInt(line);
        if (last == ACKNOWLEDGED) {
          // Process.destroyForcibly would close the stream with what is still in it.
          writer.toHandle().destroyForcibly();
        }
      }
    } finally {
      writer.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    return last;
  }
}
