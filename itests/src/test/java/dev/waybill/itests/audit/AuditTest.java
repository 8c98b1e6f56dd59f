package dev.waybill.itests.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.audit.Intent.Answer;
import dev.waybill.itests.audit.Intent.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The audit sees each kind of mistake, and takes no right fate for one. */
class AuditTest {

  private static final Effects SHIPPED = new Effects(1, 1, 1, 0);
  private static final Effects DEAD = new Effects(1, 0, 0, 1);

  @Test
  void whatIsRightIsClean() {
    Audit audit =
        Audit.of(
            List.of(
                placed(1, Kind.PLAIN),
                placed(2, Kind.REJECTED),
                new Intent(3, Kind.ROLLED_BACK, Answer.REFUSED)),
            books(Map.of(1L, SHIPPED, 2L, DEAD)));
    assertThat(audit.isClean()).as(audit.report()).isTrue();
    assertThat(audit.report()).endsWith("lost 0, doubled 0, in doubt 0");
    assertThat(audit.committed()).isEqualTo(2);
    assertThat(audit.handled()).isEqualTo(1);
    assertThat(audit.deadLettered()).isEqualTo(1);
  }

  @Test
  void anAnsweredOrderThatIsNotThereIsLost() {
    assertThat(lost(placed(1, Kind.PLAIN), Effects.NONE)).isOne();
  }

  @Test
  void anOrderWithoutAnEndWhoseMessageIsGoneIsLost() {
    assertThat(lost(placed(1, Kind.PLAIN), new Effects(1, 0, 0, 0))).isOne();
    assertThat(lost(placed(1, Kind.PLAIN), new Effects(1, 1, 0, 0))).isOne();
  }

  @Test
  void anOrderWithAMessageIsNotLostButNotDoneEither() {
    Audit audit =
        Audit.of(
            List.of(placed(1, Kind.PLAIN)),
            new Books(Map.of(1L, new Effects(1, 1, 0, 0)), Set.of(1L), List.of(), 0));
    assertThat(audit.lost()).isEmpty();
    assertThat(audit.isClean()).isFalse();
  }

  @Test
  void aMessageOrAnEffectWithoutItsOrderIsLost() {
    assertThat(lost(unanswered(1), new Effects(0, 1, 1, 0))).isOne();
    assertThat(lost(placed(1, Kind.PLAIN), new Effects(1, 0, 1, 0))).isOne();
    Audit queued = Audit.of(List.of(unanswered(1)), new Books(Map.of(), Set.of(1L), List.of(), 0));
    assertThat(queued.lost()).hasSize(1);
  }

  @Test
  void aGoodOrderInTheDeadLetterQueueIsLost() {
    assertThat(lost(placed(1, Kind.FAILS_FIRST), DEAD)).isOne();
  }

  @Test
  void eachEffectTooManyIsDoubled() {
    assertThat(doubled(placed(1, Kind.PLAIN), new Effects(2, 1, 1, 0))).isOne();
    assertThat(doubled(placed(1, Kind.PLAIN), new Effects(1, 2, 1, 0))).isOne();
    assertThat(doubled(placed(1, Kind.PLAIN), new Effects(1, 2, 3, 0))).isEqualTo(3);
    assertThat(doubled(placed(1, Kind.REJECTED), new Effects(1, 0, 0, 2))).isOne();
  }

  @Test
  void twoEndsAreDoubled() {
    assertThat(doubled(placed(1, Kind.PLAIN), new Effects(1, 1, 1, 1))).isOne();
    assertThat(doubled(placed(1, Kind.REJECTED), SHIPPED)).isOne();
  }

  @Test
  void completionsBeyondTheFirstAreDoubled() {
    Audit audit =
        Audit.of(
            List.of(placed(1, Kind.PLAIN)), new Books(Map.of(1L, SHIPPED), Set.of(), List.of(), 1));
    assertThat(audit.doubled()).hasSize(1);
  }

  @Test
  void whatWasRolledBackOrNeverAskedForMustNotBeThere() {
    assertThat(doubled(new Intent(1, Kind.ROLLED_BACK, Answer.NONE), SHIPPED)).isOne();
    assertThat(Audit.of(List.of(), books(Map.of(7L, SHIPPED))).doubled()).hasSize(1);
  }

  @Test
  void anUnansweredOrderMayHaveEitherFate() {
    Audit there = Audit.of(List.of(unanswered(1)), books(Map.of(1L, SHIPPED)));
    assertThat(there.isClean()).isTrue();
    assertThat(there.unansweredThere()).isOne();
    Audit gone = Audit.of(List.of(unanswered(1)), books(Map.of()));
    assertThat(gone.isClean()).isTrue();
    assertThat(gone.unansweredGone()).isOne();
  }

  @Test
  void anErrorIsNoPromiseButIsShown() {
    Audit audit =
        Audit.of(List.of(new Intent(1, Kind.PLAIN, Answer.REFUSED)), books(Map.of(1L, SHIPPED)));
    assertThat(audit.isClean()).isTrue();
    assertThat(audit.refusedThere()).isOne();
  }

  @Test
  void aBranchInDoubtIsSeen() {
    Audit audit =
        Audit.of(
            List.of(placed(1, Kind.PLAIN)),
            new Books(Map.of(1L, SHIPPED), Set.of(), List.of("PREPARED of a"), 0));
    assertThat(audit.isClean()).isFalse();
    assertThat(audit.report()).contains("PREPARED of a").endsWith("lost 0, doubled 0, in doubt 1");
  }

  private static Intent placed(long order, Kind kind) {
    return new Intent(order, kind, Answer.PLACED);
  }

  private static Intent unanswered(long order) {
    return new Intent(order, Kind.PLAIN, Answer.NONE);
  }

  private static Books books(Map<Long, Effects> effects) {
    return new Books(effects, Set.of(), List.of(), 0);
  }

  private static int lost(Intent intent, Effects effects) {
    return Audit.of(List.of(intent), books(Map.of(intent.order(), effects))).lost().size();
  }

  private static int doubled(Intent intent, Effects effects) {
    return Audit.of(List.of(intent), books(Map.of(intent.order(), effects))).doubled().size();
  }
}
