package dev.waybill.itests.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.audit.StreamAudit.Books;
import dev.waybill.itests.audit.StreamAudit.Seen;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The audit of streams sees each kind of mistake, and takes no right stream for one. */
class StreamAuditTest {

  private static StreamAudit of(long last, long confirmed, long... numbers) {
    List<Seen> seen = LongStream.of(numbers).mapToObj(n -> new Seen(n, n, true)).toList();
    return StreamAudit.of(List.of(new Books("s", last, confirmed, seen, List.of())));
  }

  private static StreamAudit of(Seen... seen) {
    return StreamAudit.of(List.of(new Books("s", seen.length, 0, List.of(seen), List.of())));
  }

  @Test
  void whatIsRightIsClean() {
    StreamAudit audit = of(3, 2, 1, 2, 3);
    assertThat(audit.isClean()).isTrue();
    assertThat(audit.report()).isEqualTo("3 entries of streams: lost 0, doubled 0, disordered 0");
  }

  @Test
  void aGapIsALoss() {
    assertThat(of(3, 3, 1, 3).lost()).containsExactly("s 2 was seen 0 times");
  }

  @Test
  void aStreamThatEndsBeforeWhatWasConfirmedHasLost() {
    assertThat(of(2, 3, 1, 2).lost()).hasSize(1);
  }

  @Test
  void whatIsSeenTwiceIsDoubled() {
    assertThat(of(3, 3, 1, 2, 2, 3).doubled()).containsExactly("s 2 was seen 2 times");
  }

  @Test
  void whatIsSeenBeyondTheEndIsDoubled() {
    assertThat(of(2, 2, 1, 2, 3).doubled()).hasSize(1);
  }

  @Test
  void anEntryUnderTheSequenceOfAnotherIsDoubled() {
    assertThat(of(new Seen(1, 1, true), new Seen(3, 2, true)).doubled()).hasSize(1);
  }

  @Test
  void whatTheWatermarkKnewIsDoubled() {
    assertThat(of(new Seen(1, 1, false)).doubled()).hasSize(1);
  }

  @Test
  void whatComesTooLateIsDisordered() {
    StreamAudit audit = of(3, 3, 1, 3, 2);
    assertThat(audit.disordered()).containsExactly("s 2 came after 3");
    assertThat(audit.isClean()).isFalse();
  }

  @Test
  void rowsOfTheProducerAreAllThereOnce() {
    StreamAudit audit =
        StreamAudit.of(
            List.of(
                new Books(
                    "s",
                    3,
                    3,
                    List.of(new Seen(1, 1, true), new Seen(2, 2, true), new Seen(3, 3, true)),
                    List.of(1L, 1L, 3L, 4L))));
    assertThat(audit.lost()).containsExactly("s 2 was made 0 times");
    assertThat(audit.doubled())
        .containsExactly("s 1 was made 2 times", "s 4 was made, but the stream ends at 3");
  }
}
