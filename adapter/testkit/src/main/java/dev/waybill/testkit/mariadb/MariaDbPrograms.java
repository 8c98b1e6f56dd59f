package dev.waybill.testkit.mariadb;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the programs are.
 *
 * @param install makes a data directory
 * @param server serves it
 */
record MariaDbPrograms(Path install, Path server) {

  /** Debian keeps the server where only root looks. */
  private static final List<Path> BESIDE_THE_PATH =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/local/sbin"), Path.of("/usr/libexec"));

  /** On the PATH of this process. */
  static MariaDbPrograms installed() {
    List<Path> directories = new ArrayList<>();
    Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .forEach(directories::add);
    directories.addAll(BESIDE_THE_PATH);
    return in(directories);
  }

  static MariaDbPrograms in(List<Path> directories) {
    // The first needs the last, and is silent about it.
    find("my_print_defaults", directories);
    return new MariaDbPrograms(
        find("mariadb-install-db", directories), find("mariadbd", directories));
  }

  private static Path find(String program, List<Path> directories) {
    return directories.stream()
        .map(directory -> directory.resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No "
                        + program
                        + " in "
                        + directories
                        + ". The tests on MariaDB start a server of their own, 10.11 or later; on"
                        + " Debian: apt-get install --no-install-recommends mariadb-server-core"
                        + " mariadb-client-core (the programs without the service)"));
  }
}
