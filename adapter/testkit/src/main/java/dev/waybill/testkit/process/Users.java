package dev.waybill.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Database servers refuse to run as root: as root they run as the user nobody. */
public final class Users {

  private static final int NOBODY = 65534;

  private Users() {}

  /** The number of the user this process runs as. */
  public static int own() throws IOException {
    return owner(Path.of("/proc/self"));
  }

  /** The number of the user that a file belongs to. */
  public static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }

  /** Gives a directory to the user that the server runs as. */
  public static void giveToServer(Path directory) throws IOException {
    if (own() == 0) {
      Files.setAttribute(directory, "unix:gid", NOBODY);
      Files.setAttribute(directory, "unix:uid", NOBODY);
    }
  }

  /** A command as the user that the server runs as. */
  public static List<String> asServer(List<String> command) throws IOException {
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
