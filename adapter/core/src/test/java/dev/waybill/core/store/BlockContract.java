package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.ahead;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.first;
import static dev.waybill.core.store.TestStore.leases;
import static dev.waybill.core.store.TestStore.message;
import static dev.waybill.core.store.TestStore.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.Expired;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do about messages that are leased together. */
abstract class BlockContract extends SettlementContract {

  private void sendMany(int count) {
    for (int i = 0; i < count; i++) {
      commit(send(ORDERS, "m" + i, clock.now()));
    }
  }

  @Test
  @Tag("C4")
  void oneClaimWritesOneRowAndALeaseForEachMessage() {
    sendMany(5);

    List<LeasedMessage> block = store.leases().claim(first(term, 5, ORDERS));

    assertThat(rows("wb_lease")).isEqualTo(1);
    assertThat(leases(block)).extracting(Lease::token).hasSize(5).containsOnly(token(block));
    assertThat(leases(block)).extracting(Lease::key).doesNotHaveDuplicates();
    assertThat(store.leases().heldUnder(term)).containsExactlyInAnyOrderElementsOf(leases(block));
  }

  private static java.util.UUID token(List<LeasedMessage> block) {
    return block.get(0).lease().token();
  }

  @Test
  @Tag("M7")
  @Tag("M15")
  void ofABlockWhoseProcessDiesNoneIsCountedAndEachIsClaimedAloneAndCountedFromThenOn() {
    sendMany(3);
    assertThat(store.leases().claim(first(term, 3, ORDERS))).hasSize(3);

    assertThat(expireAll()).hasSize(3).allMatch(expired -> expired.result().isEmpty());

    assertThat(outcomes()).isEmpty();
    assertThat(rows("wb_lease")).as("the row goes with the last of its leases").isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(store.leases().claim(ahead(term, 3, ORDERS))).isEmpty();
      List<LeasedMessage> alone = store.leases().claim(first(term, 3, ORDERS));
      assertThat(alone)
          .singleElement()
          .matches(message -> message.lease().counted() && message.lease().attempt() == 1);
    }
    List<Expired> again = expireAll();
    assertThat(again).hasSize(3).allMatch(expired -> expired.result().isPresent());
    assertThat(outcomes()).containsExactly("1 EXPIRED", "1 EXPIRED", "1 EXPIRED");
  }

  @Test
  @Tag("C9")
  @Tag("G3")
  void aZombieOfADeadBlockSettlesNothing() {
    sendMany(2);
    List<Lease> dead = leases(store.leases().claim(first(term, 2, ORDERS)));
    expireAll();
    Lease current = store.leases().claim(first(term, 2, ORDERS)).get(0).lease();

    for (Lease zombie : dead) {
      assertThatThrownBy(() -> commit(new Complete(zombie))).isInstanceOf(LeaseLostException.class);
      assertThat(store.leases().recordFailure(zombie, AttemptFailure.bySchedule("x"))).isEmpty();
      assertThat(store.leases().isHeld(zombie)).isFalse();
    }
    store.leases().giveBack(dead);

    assertThat(store.leases().isHeld(current)).isTrue();
    assertThat(rows("wb_delivery where attempts = 1")).isEqualTo(1);
  }

  @Test
  @Tag("C9")
  @Tag("M8")
  @Tag("M9")
  void theMessagesOfABlockEndEachInItsOwnWay() {
    sendMany(6);
    ClaimRequest request =
        new ClaimRequest(
            term,
            List.of(ORDERS),
            GROUP,
            6,
            ClaimManner.FIRST,
            Optional.empty(),
            deadLettersAfter(5));
    List<Lease> block = leases(store.leases().claim(request));
    assertThat(block).hasSize(6);

    commit(new Complete(block.get(0)));
    assertThat(store.leases().recordFailure(block.get(1), AttemptFailure.bySchedule("boom")))
        .contains(new FailureResult.Rescheduled(clock.now().plusSeconds(1)));
    commit(new Retry(block.get(2), Optional.of(Duration.ofSeconds(2))));
    commit(new Reject(block.get(3), "no"));
    store.leases().giveBack(List.of(block.get(4)));
    assertThat(store.leases().heldUnder(term)).containsExactly(block.get(5));
    commit(new Complete(block.get(5)));

    assertThat(deadLetters(1).get(0).message().deadLetter().originQueue())
        .isEqualTo(ORDERS.toString());
    assertThat(leases(store.leases().claim(first(term, 9, ORDERS))))
        .singleElement()
        .matches(lease -> lease.messageId().equals(block.get(4).messageId()))
        .matches(lease -> lease.attempt() == 1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(leases(claim(9)))
        .extracting(Lease::attempt, Lease::messageId)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(2, block.get(1).messageId()),
            org.assertj.core.groups.Tuple.tuple(2, block.get(2).messageId()));
    assertThat(
            rows(
                "wb_message m join wb_queue q on q.id = m.queue_id where q.name = '"
                    + DEAD_LETTERS
                    + "'"))
        .isEqualTo(1);
  }

  @Test
  void theRowOfABlockThatIsSettledGoesWithTheNextClaim() {
    sendMany(3);
    List<Lease> block = leases(store.leases().claim(first(term, 3, ORDERS)));
    block.forEach(lease -> commit(new Complete(lease)));
    store.leases().over(block.subList(0, 2));
    assertThat(claim(1)).isEmpty();
    assertThat(rows("wb_lease")).isEqualTo(1);

    store.leases().over(block.subList(2, 3));
    assertThat(claim(1)).isEmpty();

    assertThat(rows("wb_lease")).isZero();
  }

  @Test
  @Tag("C9")
  void theRowOfABlockStaysWhileADeliveryCarriesItsTokenWhateverIsSaid() {
    sendMany(2);
    List<Lease> block = leases(store.leases().claim(first(term, 2, ORDERS)));
    commit(new Complete(block.get(0)));
    BranchId branch = new BranchId(7, "0a", "0b");
    store.branches().prepare(branch, List.of(new Complete(block.get(1))));

    store.leases().over(block);
    assertThat(claim(1)).isEmpty();
    tidy();
    expireAll();
    assertThat(rows("wb_lease")).isEqualTo(1);

    store.branches().rollbackPrepared(branch);
    assertThat(store.leases().heldUnder(term)).containsExactly(block.get(1));
    store.branches().prepare(new BranchId(7, "0c", "0d"), List.of(new Complete(block.get(1))));
    store.branches().commitPrepared(new BranchId(7, "0c", "0d"));
    tidy();
    assertThat(rows("wb_lease")).isZero();
    assertThat(outcomes()).containsExactly("1 COMPLETED", "1 COMPLETED");
  }

  @Test
  @Tag("M12")
  void onlyTheMessageThatIsHandedOverAtOnceGetsTheLimit() {
    sendMany(3);
    ClaimRequest limited =
        new ClaimRequest(
            term,
            List.of(ORDERS),
            GROUP,
            3,
            ClaimManner.FIRST,
            Optional.of(Duration.ofSeconds(5)),
            deadLettersAfter(5));
    List<Lease> block = leases(store.leases().claim(limited));

    clock.advance(Duration.ofSeconds(6));

    assertThat(store.leases().expire(10))
        .singleElement()
        .matches(expired -> expired.messageId().equals(block.get(0).messageId()))
        .matches(expired -> expired.result().isPresent());
    assertThat(store.leases().heldUnder(term))
        .containsExactlyInAnyOrder(block.get(1), block.get(2));
  }

  @Test
  @Tag("M12")
  void aLimitWhoseLeaseIsOverIsRemovedWhenItsTimeHasCome() {
    sendMany(1);
    Lease lease = claimOne().lease();
    QueueStore other = another();
    try {
      assertThat(other.leases().limitLease(lease, clock.now().plusSeconds(5))).isTrue();
      commit(new Complete(lease));
      assertThat(rows("wb_lease_limit")).isEqualTo(1);
      clock.advance(Duration.ofSeconds(5));
      assertThat(store.leases().expire(10)).isEmpty();
      assertThat(rows("wb_lease_limit")).isZero();
    } finally {
      other.close();
    }
  }

  @Test
  @Tag("S7")
  void whatAppearsBehindTheRememberedStartIsFound() {
    sendMany(2);
    assertThat(claim(1)).hasSize(1);
    commit(new Enqueue(message(ORDERS, "urgent", 9, clock.now(), clock.now())));
    assertThat(claim(1)).extracting(TestStore::text).containsExactly("urgent");
    assertThat(claim(1)).extracting(TestStore::text).containsExactly("m1");
  }
}
