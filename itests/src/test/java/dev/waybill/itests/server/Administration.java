package dev.waybill.itests.server;

import dev.waybill.itests.control.ServerControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Runs administration commands on a running server that was booted with {@link #deployment}. */
public final class Administration {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI commands;

  /** The administration of a server. */
  public Administration(PayaraMicro server) {
    this.commands = server.uri("/control/run");
  }

  /**
   * The post-boot command that makes a server administrable.
   *
   * @param directory where to put the archive
   */
  public static BootCommands deployment(Path directory) {
    WebArchive control =
        ShrinkWrap.create(WebArchive.class, "control.war").addClass(ServerControl.class);
    return new BootCommands()
        .add(
            "deploy",
            "--name control --contextroot /control",
            export(control, directory).toString());
  }

  /** Writes an archive to a directory and answers the file. */
  public static Path export(Archive<?> archive, Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create " + directory, e);
    }
    Path file = directory.resolve(archive.getName());
    archive.as(ZipExporter.class).exportTo(file.toFile(), true);
    return file;
  }

  /**
   * What a command said.
   *
   * @param succeeded whether it did not fail
   * @param text its output or its failure
   */
  public record Answer(boolean succeeded, String text) {}

  /** Runs a command, whatever comes of it. */
  public Answer run(String... words) {
    HttpRequest request =
        HttpRequest.newBuilder(commands)
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", words)))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      return new Answer(answer.statusCode() == 200, answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException("No answer to " + String.join(" ", words), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while running " + words[0], e);
    }
  }

  /** Runs a command that has to succeed. */
  public String succeed(String... words) {
    Answer answer = run(words);
    if (!answer.succeeded()) {
      throw new AssertionError(String.join(" ", words) + " failed: " + answer.text());
    }
    return answer.text();
  }

  /** Deploys an archive. */
  public void deploy(String name, String contextRoot, Path archive) {
    succeed("deploy", "--name", name, "--contextroot", contextRoot, archive.toString());
  }

  /** Undeploys an application. */
  public void undeploy(String name) {
    succeed("undeploy", name);
  }
}
