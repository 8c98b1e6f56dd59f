package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.DEAD_LETTERS;
import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store on an empty database, and words for its tests. */
abstract class StoreFixture {

  static final Duration LEASE = Duration.ofSeconds(30);

  final SettableClock clock = new SettableClock();
  QueueStore store;
  UUID term;

  /** A fresh, empty database. */
  abstract Source source();

  @BeforeEach
  void open() {
    store = QueueStores.open(TestStore.options(source(), clock));
    term = store.leases().openTerm("n1/bean", clock.now().plus(LEASE));
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Another node on the same database. */
  QueueStore another() {
    return QueueStores.open(
        TestStore.options(source(), SchemaMode.VALIDATE, clock, true, "n2", "i2"));
  }

  void commit(Operation... operations) {
    store.branches().commitLocal(List.of(operations));
  }

  List<LeasedMessage> claim(int count) {
    return store.leases().claim(request(term, count, RetryPolicy.DEFAULT, ORDERS));
  }

  LeasedMessage claimOne() {
    return claimOne(RetryPolicy.DEFAULT);
  }

  LeasedMessage claimOne(RetryPolicy policy) {
    return store.leases().claim(request(term, 1, policy, ORDERS)).get(0);
  }

  List<LeasedMessage> deadLetters(int count) {
    List<LeasedMessage> dead =
        store.leases().claim(request(term, count, RetryPolicy.DEFAULT, DEAD_LETTERS));
    assertThat(dead).hasSize(count);
    return dead;
  }

  List<Expired> expireAll() {
    clock.advance(LEASE);
    List<Expired> expired = store.leases().expire(100);
    store.leases().renewTerms(List.of(new TermExpiry(term, clock.now().plus(LEASE))));
    return expired;
  }

  /** How many rows a table has, with an optional condition. */
  long rows(String tableAndCondition) {
    return number("select count(*) from " + tableAndCondition);
  }

  abstract long number(String query);

  /** A connection beside the store. */
  abstract Connection connect() throws SQLException;

  abstract List<String> texts(String query);

  /** What upkeep removes while everything is young. */
  void tidy() {
    store.upkeep().prune(new Upkeep.Retention(Duration.ofDays(1000), Duration.ofDays(1000)), 1000);
  }

  List<String> outcomes() {
    return texts("select number || ' ' || outcome from wb_attempt order by ended_at, number");
  }
}
