package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.Confirmation;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What open questions cost. How they are answered is in {@link ConfirmationRules}. */
@Tag("S12")
class ConfirmationsTest {

  private static final String GROUP = "default";
  private static final UUID OFTEN = UUID.randomUUID();

  private final Confirmations confirmations =
      new Confirmations(new SteppingScheduler(), new DeliveryLog(new RecordingLogger()));

  private CompletableFuture<Confirmation> ask(UUID id) {
    return confirmations.whenSettled(id, GROUP);
  }

  /** Asks as often as is allowed, the half of it for one message, whose answer is returned. */
  private CompletableFuture<Confirmation> askForAll() {
    CompletableFuture<Confirmation> often = ask(OFTEN);
    for (int i = 1; i < Confirmations.MOST; i++) {
      assertThat(ask(i % 2 == 0 ? OFTEN : UUID.randomUUID())).isNotDone();
    }
    return often;
  }

  private void assertFull() {
    assertThatThrownBy(() -> ask(OFTEN))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e.retryable()).isTrue();
            })
        .hasMessageContainingAll(
            "10000 questions of whenSettled are open", "Nothing was asked", "Ask again");
  }

  @Test
  @Tag("UNAVAILABLE")
  void onlySoManyQuestionsAreOpenUntilSomebodyDoesNotWantToKnowAnyMore() {
    UUID one = UUID.randomUUID();
    CompletableFuture<Confirmation> first = ask(one);
    confirmations.forget(one, GROUP, first);
    CompletableFuture<Confirmation> asked = askForAll();
    assertFull();
    confirmations.forget(one, GROUP, first);
    confirmations.forget(OFTEN, GROUP, new CompletableFuture<>());
    assertFull();

    confirmations.forget(OFTEN, GROUP, asked);

    assertThat(ask(OFTEN)).isSameAs(asked);
    assertFull();
  }

  @Test
  void aSettlementIsToldWithoutALockWhileNobodyAsks() throws Exception {
    UUID one = UUID.randomUUID();
    confirmations.forget(one, GROUP, ask(one));
    synchronized (confirmations) {
      CompletableFuture.runAsync(() -> confirmations.settled(OFTEN)).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  @Tag("UNAVAILABLE")
  void aStopEndsAllQuestions() {
    CompletableFuture<Confirmation> asked = askForAll();

    confirmations.stop();

    assertThat(asked)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("Waybill is stopping");
    assertThatThrownBy(() -> ask(OFTEN)).hasMessageContaining("Waybill is stopping");
  }
}
