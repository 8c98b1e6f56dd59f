package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeClockTest {

  @TempDir private Path directory;

  @Test
  void withoutTheLibraryItSaysWhatToInstall() {
    assertThatThrownBy(() -> NodeClock.library(List.of(directory)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("apt-get install libfaketime");
  }

  @Test
  void theLibraryIsFoundWhereItIs() throws IOException {
    Path library = Files.createFile(directory.resolve("libfaketimeMT.so.1"));
    assertThat(NodeClock.library(List.of(directory.resolve("none"), directory))).isEqualTo(library);
  }
}
