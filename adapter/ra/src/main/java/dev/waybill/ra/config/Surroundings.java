package dev.waybill.ra.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What the server says of itself: where its data lies and what it is called.
 *
 * @param embeddedDirectory the default place of the embedded database, absolute
 * @param nodeName the default name of this node
 */
public record Surroundings(Path embeddedDirectory, String nodeName) {

  private static final List<String> DATA_DIRECTORIES =
      List.of("com.sun.aas.instanceRoot", "jboss.server.data.dir", "server.output.dir");
  private static final List<String> INSTANCE_NAMES =
      List.of("com.sun.aas.instanceName", "jboss.node.name", "wlp.server.name");

  /**
   * Reads the properties by which Payara, GlassFish, WildFly and Open Liberty describe themselves.
   *
   * @param system the system properties
   */
  public static Surroundings of(Properties system) {
    return new Surroundings(embeddedDirectory(system), nodeName(system));
  }

  private static Path embeddedDirectory(Properties system) {
    // Payara Micro without --rootDir makes a new instance directory below the temporary directory
    // at each start: a database there would not survive a restart.
    Path temporary = Path.of(system.getProperty("java.io.tmpdir")).toAbsolutePath().normalize();
    Path started = Path.of(system.getProperty("user.dir")).toAbsolutePath().normalize();
    return first(DATA_DIRECTORIES, system)
        .map(text -> Path.of(text).toAbsolutePath().normalize())
        .filter(path -> !path.startsWith(temporary))
        .map(path -> path.resolve("waybill"))
        .orElseGet(() -> started.resolve("waybill-data"));
  }

  private static String nodeName(Properties system) {
    return Stream.concat(Stream.of(hostName()), first(INSTANCE_NAMES, system).stream())
        .distinct()
        .reduce((host, instance) -> host + "/" + instance)
        .orElseThrow();
  }

  private static Optional<String> first(List<String> names, Properties system) {
    return names.stream()
        .map(system::getProperty)
        .filter(text -> text != null && !text.isBlank())
        .findFirst();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
