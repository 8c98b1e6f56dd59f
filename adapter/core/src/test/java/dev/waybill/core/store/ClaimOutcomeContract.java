package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.UndecidedException;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.FaultyDataSource.CommitFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of a claim whose COMMIT got no answer. */
@Tag("C2")
abstract class ClaimOutcomeContract extends BranchFixture {

  @Test
  void aClaimThatIsStillCommittingIsWaitedFor() throws Exception {
    send("a");
    database.failNextCommit(CommitFault.HAPPENS_LATER, () -> {});

    CompletableFuture<List<LeasedMessage>> claim =
        CompletableFuture.supplyAsync(() -> claim(ORDERS, 1));
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !claim.isDone());
    database.finishDelayedCommit();

    List<LeasedMessage> claimed = claim.get(20, TimeUnit.SECONDS);
    assertThat(claimed).hasSize(1);
    assertThat(store.leases().heldUnder(term)).containsExactly(claimed.get(0).lease());
  }

  @Test
  void aClaimThatCommittedWithoutAnswerIsReturned() {
    send("a");
    database.failNextCommit(CommitFault.ANSWER_LOST, () -> {});
    assertThat(claim(ORDERS, 1)).hasSize(1);
  }

  @Test
  @Tag("UNAVAILABLE")
  void aClaimThatNeverCommitsIsSaidToBeRetryableAndIs() {
    send("a");
    database.failNextCommit(CommitFault.NEVER_HAPPENS, () -> {});
    assertThatThrownBy(() -> claim(ORDERS, 1))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.retryable()).as(e.getMessage()).isTrue())
        .isNotInstanceOf(UndecidedException.class);
    assertThat(claim(ORDERS, 1)).hasSize(1);
  }
}
