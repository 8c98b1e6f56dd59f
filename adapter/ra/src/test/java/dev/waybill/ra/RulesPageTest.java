package dev.waybill.ra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every rule of docs/rules.md is held by a tagged test, and every tag is explained there. */
class RulesPageTest {

  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]+)\"\\)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z][A-Z0-9_, ]+?) \\|");

  @Test
  void pageAndTestsNameTheSameRules() throws IOException {
    assertThat(ProjectFiles.inSources("test", TAG))
        .isNotEmpty()
        .isEqualTo(ProjectFiles.rows("rules.md", ROW));
  }
}
