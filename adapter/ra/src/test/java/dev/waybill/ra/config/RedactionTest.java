package dev.waybill.ra.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.store.sql.Pool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M18")
class RedactionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:h2:file:/data/q;PASSWORD=s3cret",
        "jdbc:h2:file:/data/q;password=s3cret;MODE=x",
        "jdbc:postgresql://host/db?user=sa&password=s3cret",
        "jdbc:postgresql://host/db?password = s3cret&sslpassword=s3cret",
        "jdbc:x:pwd=s3cret",
        "jdbc:x://host/db?trustStorePassword=s3cret&token=s3cret",
        "jdbc:postgresql://user:s3cret@host/db",
        "jdbc:postgresql://user:s@s3cret@host/db",
        "cannot open jdbc:x://user:s3cret@host/db?pwd=s3cret"
      })
  void noPasswordOfAUrlIsShown(String url) {
    assertThat(Redaction.url(url)).doesNotContain("s3cret").contains("***");
    assertThat(Pool.withoutPassword(url)).isEqualTo(Redaction.url(url));
  }

  @Test
  void aUrlWithoutAPasswordIsShownAsItIs() {
    String url = "jdbc:postgresql://host:5432/db?user=sa&ssl=true";
    assertThat(Redaction.url(url)).isEqualTo(url);
  }
}
