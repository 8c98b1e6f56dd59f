package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.deadLettersAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.LeaseLostException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What any store must do for leases that are settled by those who know no more than their keys. */
@Tag("P2")
abstract class PullContract extends KeyFixture {

  private static final BranchId BRANCH = new BranchId(1, "0a", "0b");

  private List<Lease> receive(String... texts) {
    for (String text : texts) {
      commit(TestStore.send(ORDERS, text, clock.now()));
    }
    return one
        .leases()
        .claim(
            new LeaseStore.ClaimRequest(
                term,
                List.of(ORDERS),
                GROUP,
                10,
                ClaimManner.COUNTED,
                Optional.of(Duration.ofSeconds(10)),
                deadLettersAfter(3)))
        .stream()
        .map(LeasedMessage::lease)
        .toList();
  }

  private static List<Lease.Key> keys(List<Lease> leases) {
    return leases.stream().map(Lease::key).toList();
  }

  @Test
  void anyNodeFindsALeaseWithAllThatItsEndNeeds() {
    List<Lease> leases = new ArrayList<>(receive("a", "b"));
    leases.addAll(receive("c"));
    Lease.Key foreign = new Lease.Key(leases.get(0).delivery(), UUID.randomUUID());
    Lease.Key elsewhere = new Lease.Key(new DeliveryKey(1_000_000, 1), leases.get(0).token());

    List<Lease.Key> asked = new ArrayList<>(keys(leases));
    asked.addAll(List.of(foreign, elsewhere));

    assertThat(two.leases().held(asked)).containsExactlyInAnyOrderElementsOf(leases);
    assertThat(two.leases().held(List.of())).isEmpty();
  }

  @Test
  @Tag("G3")
  void whatAnotherNodeHasSettledIsNotHeld() {
    List<Lease> leases = receive("a", "b", "c", "d");
    two.branches()
        .commitLocal(
            List.of(
                new Complete(leases.get(0)),
                new Retry(leases.get(1), Optional.of(Duration.ZERO)),
                new Reject(leases.get(2), "unwanted")));

    assertThat(one.leases().held(keys(leases))).containsExactly(leases.get(3));
    assertThatThrownBy(() -> commit(new Complete(leases.get(1))))
        .isInstanceOf(LeaseLostException.class);
  }

  @Test
  void aLeaseInDoubtIsNotHeldUntilItsBranchIsRolledBack() {
    List<Lease> leases = receive("a");
    one.branches().prepare(BRANCH, List.of(new Complete(leases.get(0))));
    assertThat(one.leases().held(keys(leases))).isEmpty();

    one.branches().rollbackPrepared(BRANCH);

    assertThat(one.leases().held(keys(leases))).isEqualTo(leases);
  }

  @Test
  @Tag("C14")
  void askingWaitsForNoOpenTransaction() throws SQLException {
    List<Lease> leases = receive("a");
    firstApplication.begin();
    one.branches().writeJoined(List.of(new Complete(leases.get(0))));
    assertThat(one.leases().held(keys(leases))).as("not ended yet").isEqualTo(leases);
    firstApplication.commit();
    assertThat(one.leases().held(keys(leases))).isEmpty();
  }

  @Test
  @Tag("P1")
  void aLeaseRunsOutAtItsLimitThoughItsTermIsLonger() {
    List<Lease> leases = receive("a");
    assertThat(one.leases().limitLease(leases.get(0), clock.now().plusSeconds(60))).isTrue();
    assertThat(two.leases().prolongTerm(term, clock.now().plusSeconds(90))).isTrue();
    clock.advance(Duration.ofSeconds(59));
    assertThat(two.leases().expire(10)).isEmpty();

    clock.advance(Duration.ofSeconds(1));

    assertThat(two.leases().expire(10)).hasSize(1);
    assertThat(one.leases().held(keys(leases))).isEmpty();
  }

  @Test
  void aLeaseIsExtendedFarBeyondItsTermAndMayBeShortenedAgain() {
    Lease lease = receive("a").get(0);
    assertThat(two.leases().extendLease(lease, clock.now().plusSeconds(7200))).isTrue();
    clock.advance(Duration.ofSeconds(7100));
    assertThat(two.leases().expire(10)).isEmpty();
    assertThat(two.leases().extendLease(lease, clock.now().plusSeconds(5))).isTrue();
    clock.advance(Duration.ofSeconds(5));

    assertThat(two.leases().expire(10)).hasSize(1);
    assertThat(one.leases().extendLease(lease, clock.now().plusSeconds(5))).isFalse();
  }

  @Test
  @Tag("P3")
  void aLeaseThatIsKeptByItsTermIsNeitherShortenedNorKeepsTheTerm() {
    commit(TestStore.send(ORDERS, "a", clock.now()));
    Lease pending = claim(1).get(0).lease();
    assertThat(two.leases().extendLease(pending, clock.now().plusSeconds(1))).isTrue();
    assertThat(two.leases().extendLease(pending, clock.now().plusSeconds(7200))).isTrue();
    clock.advance(TERM.minusSeconds(1));
    assertThat(two.leases().expire(10)).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(two.leases().expire(10)).hasSize(1);
  }

  @Test
  @Tag("P1")
  void aTermIsProlongedAndNeverShortened() {
    assertThat(one.leases().prolongTerm(term, clock.now().plusSeconds(100))).isTrue();
    assertThat(two.leases().prolongTerm(term, clock.now().plusSeconds(50))).isTrue();
    List<Lease> leases = new ArrayList<>();
    commit(TestStore.send(ORDERS, "a", clock.now()));
    claim(1).forEach(message -> leases.add(message.lease()));
    clock.advance(Duration.ofSeconds(99));
    assertThat(one.leases().expire(10)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(one.leases().expire(10)).hasSize(1);

    assertThat(one.leases().prolongTerm(UUID.randomUUID(), clock.now().plusSeconds(100))).isFalse();
    UUID closed = one.leases().openTerm("n1/other", clock.now().plusSeconds(100));
    one.leases().closeTerm(closed);
    assertThat(one.leases().prolongTerm(closed, clock.now().plusSeconds(100))).isFalse();
  }
}
