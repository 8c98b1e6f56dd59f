package dev.waybill.testkit.postgres;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs programs as the user that the server runs as. */
final class Commands {

  private Commands() {}

  /** Runs a program to its end; what it printed is in the exception if it failed. */
  static void run(Path directory, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(Users.asServer(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (await(process) != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + printed);
    }
  }

  static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a process");
    }
  }
}
