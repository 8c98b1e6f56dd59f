package dev.waybill.testkit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL refuses to run as root: as root it runs as the user nobody. */
final class Users {

  private static final int NOBODY = 65534;

  private Users() {}

  /** The number of the user this process runs as. */
  static int own() throws IOException {
    return owner(Path.of("/proc/self"));
  }

  static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }

  /** Gives a directory to the user that the server runs as. */
  static void giveToServer(Path directory) throws IOException {
    if (own() == 0) {
      Files.setAttribute(directory, "unix:gid", NOBODY);
      Files.setAttribute(directory, "unix:uid", NOBODY);
    }
  }

  /** A command as the user that the server runs as. */
  static List<String> asServer(List<String> command) throws IOException {
    if (own() != 0) {
      return command;
    }
    List<String> other = new ArrayList<>();
    other.addAll(
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    other.addAll(command);
    return other;
  }
}
