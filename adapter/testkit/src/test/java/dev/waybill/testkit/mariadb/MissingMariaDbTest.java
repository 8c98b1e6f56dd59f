package dev.waybill.testkit.mariadb;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs no MariaDB. */
class MissingMariaDbTest {

  @Test
  void aMissingInstallationIsAnErrorThatSaysHowToGetIt(@TempDir Path empty) {
    assertThatThrownBy(() -> MariaDbServer.builder().installedIn(empty).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(empty.toString())
        .hasMessageContaining("apt-get install");
  }
}
