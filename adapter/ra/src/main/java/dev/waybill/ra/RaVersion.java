package dev.waybill.ra;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version this adapter was built as. */
final class RaVersion {

  private RaVersion() {}

  static String text() {
    Properties properties = new Properties();
    try (InputStream in = RaVersion.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
