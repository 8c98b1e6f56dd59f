package dev.waybill.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The file system of the database's tables is full for a while. Run by -Pcrash, as root: it mounts
 * a small file system for a tablespace.
 */
class DiskFullCrashRun {

  private static final byte[] BALLAST = new byte[1 << 20];

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("%s, which takes root: %s", List.of(command), printed)
        .isZero();
  }

  @Tag("G1")
  @Tag("G2")
  @Tag("G3")
  @Tag("UNAVAILABLE")
  @Test
  void aFullDiskIsSaidAndEverythingGoesOnOnceThereIsRoom() throws Exception {
    Path small = Files.createTempDirectory("waybill-small");
    run("mount", "-t", "tmpfs", "-o", "size=64m,uid=65534,gid=65534,mode=700", "none", "" + small);
    try (PostgresServer server = PostgresServer.builder().start()) {
      Shop.execute(server.url("postgres"), "create tablespace small location '" + small + "'");
      Shop.execute(server.url("postgres"), "create database shop tablespace small");
      String url = server.url("shop");
      Shop.prepare(url);
      try (LogLines log = new LogLines();
          Shop shop = Shop.open(url);
          Traffic traffic = Traffic.of(shop, 2)) {
        shop.handleOrders();
        traffic.awaitMore(50);
        Path ballast = small.resolve("ballast");
        fill(ballast);
        await("the full disk is met")
            .until(
                () ->
                    traffic.refused().stream()
                        .anyMatch(e -> e instanceof QueueException && isDiskFull(e)));
        Files.delete(ballast);
        traffic.awaitMore(50);
        traffic.audit(url);
        assertThat(log.of("WB-0101")).hasSizeLessThanOrEqualTo(1);
        await("each outage that was said is over")
            .until(() -> log.of("WB-0103").size() == log.of("WB-0101").size());
        shop.container.checker().assertClean();
      }
    } finally {
      run("umount", "" + small);
      Files.delete(small);
    }
  }

  private static boolean isDiskFull(Throwable error) {
    return error.getMessage().contains("No space left on device");
  }

  private static void fill(Path ballast) throws IOException {
    try (var out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(BALLAST);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    // the last bytes, too
    try (var out = Files.newOutputStream(ballast, java.nio.file.StandardOpenOption.APPEND)) {
      while (true) {
        out.write(0);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
