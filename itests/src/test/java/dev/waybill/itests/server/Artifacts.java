package dev.waybill.itests.server;

import java.nio.file.Files;
import java.nio.file.Path;

/** The files under test, where the build put them. */
public final class Artifacts {

  private Artifacts() {}

  /** The server. */
  public static Path payaraMicro() {
    return existing("itests.micro");
  }

  /** The resource adapter. */
  public static Path waybillRar() {
    return existing("itests.rar");
  }

  /** The order service. */
  public static Path ordersWar() {
    return existing("itests.war");
  }

  /** The test kit, with an H2 XA DataSource that recovers. */
  public static Path testkit() {
    return existing("itests.testkit");
  }

  /** The root of the source tree. */
  public static Path sources() {
    return Path.of(property("itests.root")).toAbsolutePath().normalize();
  }

  /**
   * A directory for one test's files, below the build directory; not created.
   *
   * @param name says whose files they are
   */
  public static Path directory(String name) {
    return Path.of(property("itests.target")).resolve("run").resolve(name).toAbsolutePath();
  }

  private static Path existing(String property) {
    Path file = Path.of(property(property)).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new IllegalStateException(
          file + " is missing. Build it: mvn -B verify -pl itests -am copies it there.");
    }
    return file;
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "The system property "
              + name
              + " is not set. Maven sets it: mvn -B verify -pl itests -am; elsewhere pass the path"
              + " of the file with -D"
              + name
              + "=…");
    }
    return value;
  }
}
