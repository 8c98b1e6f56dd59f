package dev.waybill.ra.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("waybill.root"), "docs/configuration.md");

  @Test
  void isWhatTheDefinitionsSay() throws IOException {
    if (System.getProperty("waybill.docs").equals("write")) {
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertThat(Files.readString(PAGE))
        .as("rewrite %s with -Dwaybill.docs=write", PAGE)
        .isEqualTo(ConfigurationPage.text());
  }
}
