package dev.waybill.testkit.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Runs programs as the user that a server runs as, and waits for ends. */
public final class Commands {

  private static final int LAST_LINES = 20;

  private Commands() {}

  /**
   * Runs a program to its end.
   *
   * @param directory where it runs
   * @throws IOException if it fails; the message has what it printed
   */
  public static void run(Path directory, List<String> command) throws IOException {
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

  /** Waits for the end of a process. One that is dead but not reaped counts as ended. */
  public static void awaitEnd(ProcessHandle process) throws IOException {
    while (process.isAlive() && !isZombie(process.pid())) {
      LockSupport.parkNanos(10_000_000);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while a process ended");
      }
    }
  }

  private static boolean isZombie(long pid) throws IOException {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return status.startsWith("Z", status.lastIndexOf(')') + 2);
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** The last lines of a log, for messages. */
  public static String endOf(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "(it wrote none)";
    }
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** Removes a directory with all that is in it. */
  public static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
