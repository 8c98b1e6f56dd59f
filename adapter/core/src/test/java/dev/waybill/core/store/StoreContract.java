package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.ahead;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static dev.waybill.core.store.TestStore.first;
import static dev.waybill.core.store.TestStore.request;
import static dev.waybill.core.store.TestStore.send;
import static dev.waybill.core.store.TestStore.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do. A second database is one subclass. */
abstract class StoreContract extends BlockContract {

  // ---- leases taken ahead

  @Test
  @Tag("M7")
  void aLeaseTakenAheadThatIsLostIsNotCountedAndClaimedAloneFromThenOn() {
    commit(send(ORDERS, "a", clock.now()), send(ORDERS, "b", clock.now()));
    List<LeasedMessage> block = store.leases().claim(ahead(term, 2, ORDERS));
    assertThat(block).hasSize(2).allMatch(m -> m.lease().attempt() == 1 && !m.lease().counted());
    assertThat(rows("wb_delivery where attempts = 0")).isEqualTo(2);

    List<Expired> expired = expireAll();

    assertThat(expired).hasSize(2).allMatch(e -> e.result().isEmpty());
    assertThat(outcomes()).isEmpty();
    assertThat(store.leases().claim(ahead(term, 2, ORDERS))).isEmpty();
    List<LeasedMessage> counted = claim(2);
    assertThat(counted).hasSize(2).allMatch(m -> m.lease().attempt() == 1);
  }

  @Test
  @Tag("M7")
  @Tag("M12")
  void aLeaseTakenAheadThatWasHandedOverIsCountedWhenItsLimitEnds() {
    commit(send(ORDERS, "hangs", clock.now()), send(ORDERS, "waits", clock.now()));
    List<LeasedMessage> block = store.leases().claim(ahead(term, 2, ORDERS));
    Lease handedOver = block.get(0).lease();
    assertThat(store.leases().limitLease(handedOver, clock.now().plusSeconds(5))).isTrue();
    clock.advance(Duration.ofSeconds(5));

    List<Expired> expired = store.leases().expire(10);

    assertThat(expired)
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.messageId()).isEqualTo(handedOver.messageId());
              assertThat(e.attempt()).isEqualTo(1);
              assertThat(e.result())
                  .contains(new FailureResult.Rescheduled(clock.now().plusSeconds(1)));
            });
    assertThat(outcomes()).containsExactly("1 EXPIRED");
    assertThat(rows("wb_delivery where attempts = 1 and state = 'SCHEDULED' and claim_alone"))
        .isEqualTo(1);
    assertThat(rows("wb_lease_limit")).isZero();
    assertThat(store.leases().isHeld(block.get(1).lease())).isTrue();
  }

  @Test
  @Tag("M7")
  @Tag("M12")
  void ofABlockWhoseNodeDiesOnlyWhatIsKnownToHaveStartedIsCounted() {
    commit(send(ORDERS, "started", clock.now()), send(ORDERS, "unknown", clock.now()));
    List<LeasedMessage> block = store.leases().claim(ahead(term, 2, ORDERS));
    store.leases().limitLease(block.get(0).lease(), clock.now().plusSeconds(3600));

    assertThat(expireAll()).hasSize(2).filteredOn(e -> e.result().isPresent()).hasSize(1);

    assertThat(outcomes()).containsExactly("1 EXPIRED");
    assertThat(rows("wb_delivery where attempts = 1")).isEqualTo(1);
    assertThat(rows("wb_delivery where attempts = 0 and claim_alone")).isEqualTo(1);
  }

  @Test
  @Tag("M7")
  void aTriedMessageIsNeitherLeasedAheadNorPassed() {
    commit(send(ORDERS, "tried", clock.now()));
    Lease lease = claimOne().lease();
    for (String text : List.of("a", "b")) {
      commit(send(ORDERS, text, clock.now()));
      clock.advance(Duration.ofSeconds(1));
    }
    commit(new Retry(lease, Optional.of(Duration.ZERO)));
    clock.advance(Duration.ofSeconds(1));
    commit(send(ORDERS, "c", clock.now()));

    List<LeasedMessage> block = store.leases().claim(first(term, 9, ORDERS));
    assertThat(block).extracting(TestStore::text).containsExactly("a", "b");
    assertThat(block).noneMatch(message -> message.lease().counted());
    assertThat(store.leases().claim(ahead(term, 9, ORDERS))).isEmpty();
    List<LeasedMessage> alone = store.leases().claim(first(term, 9, ORDERS));
    assertThat(alone).extracting(TestStore::text).containsExactly("tried");
    assertThat(alone.get(0).lease()).matches(l -> l.counted() && l.attempt() == 2);
    assertThat(store.leases().claim(ahead(term, 9, ORDERS)))
        .extracting(TestStore::text)
        .containsExactly("c");
  }

  @Test
  @Tag("M7")
  void aFailureOfALeaseTakenAheadIsCounted() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = store.leases().claim(ahead(term, 1, ORDERS)).get(0).lease();

    store.leases().recordFailure(lease, AttemptFailure.bySchedule("boom"));

    assertThat(rows("wb_delivery where attempts = 1")).isEqualTo(1);
  }

  @Test
  @Tag("M17")
  void aLeaseGivenBackReturnsToItsPlaceUnattempted() {
    commit(send(ORDERS, "first", clock.now()));
    clock.advance(Duration.ofSeconds(1));
    commit(send(ORDERS, "second", clock.now()));
    Lease counted = claimOne().lease();

    store.leases().giveBack(List.of(counted));

    LeasedMessage again = store.leases().claim(ahead(term, 1, ORDERS)).get(0);
    assertThat(text(again)).isEqualTo("first");
    assertThat(again.lease().attempt()).isEqualTo(1);
    store.leases().giveBack(List.of(again.lease()));
    tidy();
    assertThat(rows("wb_lease")).isZero();
  }

  // ---- expiry

  @Test
  @Tag("M12")
  void aRenewedTermKeepsItsLeases() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();
    clock.advance(LEASE.minusSeconds(1));
    assertThat(
            store
                .leases()
                .renewTerms(
                    List.of(
                        new TermExpiry(term, clock.now().plus(LEASE)),
                        new TermExpiry(UUID.randomUUID(), clock.now()))))
        .containsExactly(term);
    clock.advance(Duration.ofSeconds(2));
    assertThat(store.leases().expire(10)).isEmpty();

    clock.advance(LEASE);
    assertThat(store.leases().expire(10))
        .extracting(Expired::messageId)
        .containsExactly(lease.messageId());
    assertThat(outcomes()).containsExactly("1 EXPIRED");
  }

  @Test
  @Tag("M12")
  void aLimitedLeaseEndsWhateverItsTermSays() {
    commit(send(ORDERS, "a", clock.now()), send(ORDERS, "b", clock.now()));
    ClaimRequest limited =
        new ClaimRequest(
            term,
            List.of(ORDERS),
            GROUP,
            2,
            ClaimManner.COUNTED,
            Optional.of(Duration.ofSeconds(5)),
            RetryPolicy.DEFAULT);
    List<LeasedMessage> claimed = store.leases().claim(limited);
    assertThat(store.leases().limitLease(claimed.get(1).lease(), clock.now().plusSeconds(20)))
        .isTrue();

    clock.advance(Duration.ofSeconds(6));

    assertThat(store.leases().expire(10))
        .extracting(Expired::messageId)
        .containsExactly(claimed.get(0).message().id());
    clock.advance(Duration.ofSeconds(15));
    assertThat(store.leases().expire(10)).hasSize(1);
    assertThat(rows("wb_lease_limit")).isZero();
  }

  @Test
  @Tag("M12")
  void aLimitCanBeSetOnALeaseThatHadNone() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();

    assertThat(store.leases().limitLease(lease, clock.now().plusSeconds(1))).isTrue();

    clock.advance(Duration.ofSeconds(1));
    assertThat(store.leases().expire(10)).hasSize(1);
  }

  @Test
  @Tag("M17")
  void leasesOfAClosedTermExpireAtOnce() {
    commit(send(ORDERS, "a", clock.now()));
    Lease lease = claimOne().lease();
    assertThat(store.leases().heldUnder(term)).containsExactly(lease);

    store.leases().closeTerm(term);

    assertThat(store.leases().expire(10)).hasSize(1);
    assertThat(store.leases().heldUnder(term)).isEmpty();
    assertThat(store.leases().renewTerms(List.of(new TermExpiry(term, clock.now().plus(LEASE)))))
        .isEmpty();
  }

  @Test
  @Tag("M12")
  void whatRanOutByALeapOfTimeIsLeftToItsKeeperForAWhile() {
    commit(send(ORDERS, "kept", clock.now()), send(ORDERS, "deserted", clock.now()));
    Lease kept = claimOne().lease();
    UUID deserted = store.leases().openTerm("n2/bean", clock.now().plus(LEASE));
    store.leases().claim(request(deserted, 1, RetryPolicy.DEFAULT, ORDERS));

    clock.leap(Duration.ofHours(1));
    assertThat(store.leases().expire(10)).isEmpty();
    store.leases().renewTerms(List.of(new TermExpiry(term, clock.now().plus(LEASE))));
    clock.advance(Duration.ofSeconds(29));
    assertThat(store.leases().expire(10)).isEmpty();
    clock.advance(Duration.ofMillis(999));
    store.leases().renewTerms(List.of(new TermExpiry(term, clock.now().plus(LEASE))));
    clock.advance(Duration.ofMillis(1));

    assertThat(store.leases().expire(10)).hasSize(1);
    assertThat(store.leases().isHeld(kept)).isTrue();
  }

  @Test
  @Tag("M12")
  void aClaimThatWasUnderWayWhileItsTermWasClosedExpires() {
    commit(send(ORDERS, "a", clock.now()));
    store.leases().closeTerm(term);
    tidy();
    Lease lease = claimOne().lease();

    assertThat(store.leases().expire(10))
        .extracting(Expired::messageId)
        .containsExactly(lease.messageId());
    assertThat(outcomes()).containsExactly("1 EXPIRED");
  }

  @Test
  void aTermThatWasClosedLongAgoIsRemoved() {
    store.leases().closeTerm(term);
    clock.advance(Duration.ofDays(1001));
    tidy();
    assertThat(rows("wb_lease_term")).isZero();
  }

  @Test
  @Tag("C4")
  @Tag("M12")
  void limitsWhoseDeliveriesAreLockedHideNoOthers() throws SQLException {
    for (int i = 0; i < 30; i++) {
      commit(send(ORDERS, "m" + i, clock.now()));
    }
    ClaimRequest limited =
        new ClaimRequest(
            term,
            List.of(ORDERS),
            GROUP,
            30,
            ClaimManner.COUNTED,
            Optional.of(Duration.ofSeconds(5)),
            RetryPolicy.DEFAULT);
    List<Lease> leases = TestStore.leases(store.leases().claim(limited));
    clock.advance(Duration.ofSeconds(5));
    try (Connection holder = connect();
        Statement statement = holder.createStatement()) {
      holder.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      holder.setAutoCommit(false);
      statement.execute(
          "select state from wb_delivery where position <= "
              + leases.get(26).delivery().position()
              + " for update");

      assertThat(store.leases().expire(100)).hasSize(3);

      holder.rollback();
    }
    assertThat(store.leases().expire(100)).hasSize(27);
    assertThat(rows("wb_lease_limit")).isZero();
  }

  @Test
  @Tag("M15")
  void anExpiredLastAttemptDeadLetters() {
    commit(send(ORDERS, "poison", clock.now()));
    claimOne(deadLettersAfter(1));

    assertThat(expireAll().get(0).result()).contains(new FailureResult.DeadLettered(DEAD_LETTERS));

    assertThat(deadLetters(1).get(0).message().deadLetter().lastOutcome())
        .isEqualTo(AttemptOutcome.EXPIRED);
  }

  @Test
  void moreLeasesThanAStepExpireInOneCall() {
    for (int i = 0; i < 60; i++) {
      commit(send(ORDERS, "m" + i, clock.now()));
    }
    assertThat(claim(60)).hasSize(60);
    clock.advance(LEASE);

    assertThat(store.leases().expire(55)).hasSize(55);
    assertThat(store.leases().expire(55)).hasSize(5);
  }
}
