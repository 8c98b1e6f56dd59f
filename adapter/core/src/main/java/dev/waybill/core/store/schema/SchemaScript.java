package dev.waybill.core.store.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of the schema.
 *
 * @param version from 1, without gaps
 * @param name of its file
 * @param text its SQL
 */
public record SchemaScript(int version, String name, String text) {

  private static final String ROOT = "/dev/waybill/core/store/";

  /** The scripts there are: jars are not searched, a new script is named here. */
  private static final List<String> NAMES = List.of("V1__queue.sql");

  /**
   * The scripts for a kind of database, in order.
   *
   * @param folder of that kind
   */
  public static List<SchemaScript> of(String folder) {
    return NAMES.stream()
        .map(
            name ->
                new SchemaScript(
                    Integer.parseInt(name.substring(1, name.indexOf("__"))),
                    name,
                    read(ROOT + folder + "/" + name)))
        .toList();
  }

  private static String read(String resource) {
    try (InputStream in = SchemaScript.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The adapter lacks its resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes with every character of the text. */
  public String checksum() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its statements, without comments. */
  List<String> statements() {
    String bare =
        text.lines()
            .filter(line -> !line.stripLeading().startsWith("--"))
            .collect(Collectors.joining("\n"));
    return Arrays.stream(bare.split(";"))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }
}
