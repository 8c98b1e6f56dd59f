package dev.waybill.ra.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final Path ROOT = Path.of(System.getProperty("waybill.root"));
  private static final Path PAGE = ROOT.resolve("docs/configuration.md");
  private static final Path README = ROOT.resolve("README.md");

  @Test
  void isWhatTheDefinitionsSay() throws IOException {
    if (System.getProperty("waybill.docs").equals("write")) {
      Files.writeString(PAGE, ConfigurationPage.text());
    }
    assertThat(Files.readString(PAGE))
        .as("rewrite %s with -Dwaybill.docs=write", PAGE)
        .isEqualTo(ConfigurationPage.text());
  }

  @Test
  void theReadmeShowsTheSame() throws IOException {
    String readme = Files.readString(README);
    if (System.getProperty("waybill.docs").equals("write")) {
      Files.writeString(README, ReadmeTable.in(readme));
    }
    assertThat(Files.readString(README))
        .as("rewrite %s with -Dwaybill.docs=write", README)
        .isEqualTo(ReadmeTable.in(readme));
  }
}
