package dev.waybill.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A shell beside one run of a server. It starts the server and then reads from a pipe that only
 * this process holds: however this process ends, killed included, the pipe ends with it, and the
 * shell stops the server and removes its directory.
 */
public final class Guard {

  private final Process shell;

  private Guard(Process shell) {
    this.shell = shell;
  }

  /**
   * Starts a server and returns once its script says that it accepts connections.
   *
   * @param home the working directory
   * @param script starts the server, prints {@code started} or ends, then reads one line, and if
   *     there is none ends the server and removes its directory
   * @param arguments {@code $1} and so on of the script
   * @return empty where the server did not start; its log says why
   */
  public static Optional<Guard> start(Path home, String script, Path... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
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
  public void release() throws IOException {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.write('\n');
    }
    Commands.await(shell);
  }
}
