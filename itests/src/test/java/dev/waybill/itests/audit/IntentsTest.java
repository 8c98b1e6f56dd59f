package dev.waybill.itests.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.itests.audit.Intent.Answer;
import dev.waybill.itests.audit.Intent.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger keeps what was wanted and what was answered. */
class IntentsTest {

  @TempDir private Path directory;

  @Test
  void aRequestWithoutAnAnswerStaysUnanswered() {
    Path file = directory.resolve("intents");
    try (Intents intents = Intents.open(file)) {
      intents.wanted(1, Kind.PLAIN);
      intents.wanted(2, Kind.SLOW);
      intents.answered(2, Answer.PLACED);
    }
    try (Intents again = Intents.open(file)) {
      again.wanted(3, Kind.REJECTED);
      again.answered(3, Answer.REFUSED);
    }
    assertThat(Intents.read(file))
        .containsExactly(
            new Intent(1, Kind.PLAIN, Answer.NONE),
            new Intent(2, Kind.SLOW, Answer.PLACED),
            new Intent(3, Kind.REJECTED, Answer.REFUSED));
  }

  @Test
  void anOrderIsAskedForOnce() {
    Path file = directory.resolve("intents");
    try (Intents intents = Intents.open(file)) {
      intents.wanted(1, Kind.PLAIN);
      intents.wanted(1, Kind.PLAIN);
    }
    assertThatThrownBy(() -> Intents.read(file)).hasMessageContaining("asked for twice");
  }
}
