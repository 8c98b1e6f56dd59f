package dev.waybill.itests.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The wall clock of one node's process, which can be set while it runs: by libfaketime, with an
 * offset in a file that is read again within two seconds. The steady counter, and all pauses that
 * are counted by it, stay as they are, as when the clock of a machine is set.
 */
final class NodeClock {

  private static final String LIBRARY = "libfaketimeMT.so.1";
  private static final List<Path> DIRECTORIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime"),
          Path.of("/usr/lib64/faketime"),
          Path.of("/usr/lib/faketime"));

  private final Path library;
  private final Path file;

  private NodeClock(Path library, Path file) {
    this.library = library;
    this.file = file;
  }

  /**
   * A clock that is right.
   *
   * @param file where its offset is kept; its directory is created
   * @throws IllegalStateException if libfaketime is not installed
   */
  static NodeClock at(Path file) {
    NodeClock clock = new NodeClock(library(DIRECTORIES), file);
    clock.set(Duration.ZERO);
    return clock;
  }

  /**
   * Where libfaketime is.
   *
   * @throws IllegalStateException if it is in none of the directories
   */
  static Path library(List<Path> directories) {
    return directories.stream()
        .map(directory -> directory.resolve(LIBRARY))
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No %s in %s: apt-get install libfaketime brings it"
                        .formatted(LIBRARY, directories)));
  }

  /** What the environment of a process is to have, so that this is its clock. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file.toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // With its workaround for old C libraries, waits of the JVM end at once.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0",
        "NO_FAKE_STAT", "1");
  }

  /** Sets it that much before (or, if negative, behind) the machine's clock. */
  void set(Duration ahead) {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(written, "%+d%n".formatted(ahead.toSeconds()));
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot set the clock " + file, e);
    }
  }

  /** Takes away what libfaketime leaves in the shared memory when a process is killed. */
  static void cleanUpAfter(long pid) {
    try {
      Files.deleteIfExists(Path.of("/dev/shm/faketime_shm_" + pid));
      Files.deleteIfExists(Path.of("/dev/shm/sem.faketime_sem_" + pid));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot clean up after process " + pid, e);
    }
  }
}
