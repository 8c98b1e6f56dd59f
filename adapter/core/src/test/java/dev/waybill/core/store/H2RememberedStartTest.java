package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.GROUP;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.message;
import static dev.waybill.core.store.TestStore.request;
import static dev.waybill.core.store.TestStore.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scans on a database that is so slow that they do not begin at the head each time. */
class H2RememberedStartTest {

  private final SettableClock clock = new SettableClock();
  private final QueueStore store =
      QueueStores.open(
          TestStore.options(new Source.Url(TestStore.memoryUrl(), "sa", "", false), clock));
  private final UUID term = store.leases().openTerm("n1/bean", clock.now().plusSeconds(36_000));

  @BeforeEach
  void beSlow() {
    assertThat(claim(1)).isEmpty();
    for (int i = 0; i < 4; i++) {
      commit(send(ORDERS, "before", clock.now()));
    }
    clock.tick(Duration.ofMillis(100));
    assertThat(claim(1)).hasSize(1);
    assertThat(claim(1)).hasSize(1);
    assertThat(claim(2)).as("from the remembered start").hasSize(2);
    clock.tick(Duration.ZERO);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void commit(Operation operation) {
    store.branches().commitLocal(List.of(operation));
  }

  private List<LeasedMessage> claim(int count) {
    return store.leases().claim(request(term, count, RetryPolicy.DEFAULT, ORDERS));
  }

  private Instant nextLook() {
    return store.leases().nextDue(List.of(ORDERS), GROUP).orElseThrow();
  }

  private void assertIsFoundWhenToldTo(String text) {
    Instant told = nextLook();
    assertThat(told).isAfter(clock.now()).isBefore(clock.now().plusSeconds(60));
    clock.advance(Duration.between(clock.now(), told));
    assertThat(claim(1)).extracting(TestStore::text).containsExactly(text);
  }

  @Test
  void whatIsCommittedLateBehindTheStartIsFound() {
    BranchId branch = new BranchId(7, "0a", "0b");
    store
        .branches()
        .prepare(
            branch, List.of(new Enqueue(message(ORDERS, "late", 9, clock.now(), clock.now()))));
    store.branches().commitPrepared(branch);
    commit(send(ORDERS, "between", clock.now()));
    assertThat(claim(1)).extracting(TestStore::text).containsExactly("between");
    store.branches().release(branch);

    assertThat(claim(1)).isEmpty();
    assertIsFoundWhenToldTo("late");
  }

  @Test
  void aHigherPriorityBehindTheStartIsFound() {
    commit(new Enqueue(message(ORDERS, "urgent", 9, clock.now(), clock.now())));

    assertThat(claim(1)).isEmpty();
    assertIsFoundWhenToldTo("urgent");
  }

  @Test
  void whatComesBehindAllOthersIsFoundAtOnce() {
    commit(send(ORDERS, "usual", clock.now()));

    assertThat(claim(1)).extracting(TestStore::text).containsExactly("usual");
  }

  @Test
  void whatThisProcessGivesBackIsFoundAtOnce() {
    commit(send(ORDERS, "a", clock.now()));
    commit(send(ORDERS, "b", clock.now()));
    Lease first = claim(1).get(0).lease();
    commit(new Complete(claim(1).get(0).lease()));

    store.leases().giveBack(List.of(first));

    assertThat(claim(1)).extracting(TestStore::text).containsExactly("a");
  }

  @Test
  void aRetryOfThisProcessIsFoundWhenItIsDue() {
    commit(send(ORDERS, "a", clock.now()));
    store.leases().recordFailure(claim(1).get(0).lease(), AttemptFailure.bySchedule("boom"));
    assertThat(claim(1)).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(claim(1)).extracting(message -> message.lease().attempt()).containsExactly(2);
  }

  @Test
  void aDelayedMessageIsFoundWhenItIsDue() {
    Instant due = clock.now().plusSeconds(600);
    commit(new Enqueue(message(ORDERS, "later", 4, clock.now(), due)));
    Instant told = null;
    for (int i = 0; i < 20 && claim(1).isEmpty(); i++) {
      told = nextLook();
      assertThat(told).isBeforeOrEqualTo(due);
      clock.advance(Duration.between(clock.now(), told));
    }
    assertThat(told).isNotNull();
    assertThat(clock.now()).isEqualTo(due);
  }

  @Test
  void aRetryWithoutDelayIsFound() {
    commit(send(ORDERS, "a", clock.now()));
    commit(new Retry(claim(1).get(0).lease(), Optional.of(Duration.ZERO)));

    assertThat(claim(1)).extracting(message -> message.lease().attempt()).containsExactly(2);
  }
}
