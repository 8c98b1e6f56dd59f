package dev.waybill.itests.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Commands that the server runs while it boots, as the text of its command files. */
public final class BootCommands {

  private final List<String> lines = new ArrayList<>();

  /** Pre-boot commands of a server that can be reached from this machine only. */
  public static BootCommands onLoopback() {
    return new BootCommands()
        .add(
            "set",
            "configs.config.server-config.network-config.network-listeners.network-listener"
                + ".http-listener.address=127.0.0.1");
  }

  /**
   * Adds a command.
   *
   * @param words the command and its options; joined by blanks
   * @return this
   */
  public BootCommands add(String... words) {
    lines.add(String.join(" ", words));
    return this;
  }

  /** Adds the commands of another list. */
  public BootCommands addAll(BootCommands others) {
    lines.addAll(others.lines);
    return this;
  }

  /** The commands, one a line. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The value of a {@code --property} option: colons, which separate properties, are escaped. */
  public static String properties(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(e -> e.getKey() + "=\"" + e.getValue().replace(":", "\\:") + "\"")
        .collect(Collectors.joining(":"));
  }

  /**
   * Writes the commands to a file.
   *
   * @return the file
   */
  public Path write(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the command file " + file, e);
    }
  }
}
