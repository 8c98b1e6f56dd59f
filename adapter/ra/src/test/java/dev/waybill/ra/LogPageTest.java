package dev.waybill.ra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every id that the adapter logs is explained in docs/log.md, and no other. */
class LogPageTest {

  private static final Pattern LOGGED = Pattern.compile("\"(WB-\\d{4})\\b");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (WB-\\d{4}(?:, WB-\\d{4})*) ");

  @Test
  void pageAndCodeNameTheSameIds() throws IOException {
    assertThat(ProjectFiles.inSources("main", LOGGED))
        .isNotEmpty()
        .isEqualTo(ProjectFiles.rows("log.md", ROW));
  }
}
