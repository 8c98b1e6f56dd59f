package dev.waybill.testkit.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A shell beside one run of a server. It starts the server and then reads from a pipe that only
 * this process holds: however this process ends, killed included, the pipe ends with it, and the
 * shell stops the server and removes its directory.
 */
final class Guard {

  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 120 start >/dev/null || { echo failed; exit 1; }
      echo started
      read -r line || {
        "$1/pg_ctl" -D "$2/data" -m immediate -t 60 stop
        rm -rf "$2"
      } >/dev/null 2>&1
      """;

  private final Process shell;

  private Guard(Process shell) {
    this.shell = shell;
  }

  /**
   * Starts a server and returns once it accepts connections.
   *
   * @return empty where the server did not start; its log says why
   */
  static Optional<Guard> start(Path bin, Path home) throws IOException {
    List<String> command = List.of("sh", "-c", SCRIPT, "sh", bin.toString(), home.toString());
    Process shell =
        new ProcessBuilder(Users.asServer(command))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.equals("started")) {
        return Optional.of(new Guard(shell));
      }
    }
    return Optional.empty();
  }

  /** Lets the shell go: from now on nothing happens when this process ends. */
  void release() throws IOException {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.write('\n');
    }
    Commands.await(shell);
  }
}
