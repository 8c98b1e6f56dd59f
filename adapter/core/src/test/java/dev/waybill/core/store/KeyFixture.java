package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.core.store.Upkeep.Lined;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes on one database, each with an application on the joined path. */
abstract class KeyFixture {

  static final Duration TERM = Duration.ofSeconds(30);

  final SettableClock clock = new SettableClock();
  Jdbc jdbc;
  EnlistingDataSource firstApplication;
  EnlistingDataSource secondApplication;
  QueueStore one;
  QueueStore two;
  UUID term;

  /** The URL of a fresh, empty database, the same each time, as an application is given it. */
  abstract String url();

  @BeforeEach
  void open() {
    jdbc = new Jdbc(url());
    firstApplication = new EnlistingDataSource(url());
    secondApplication = new EnlistingDataSource(url());
    one = node("n1", firstApplication);
    two = node("n2", secondApplication);
    one.queues().require(ORDERS);
    two.queues().require(ORDERS);
    term = one.leases().openTerm("n1/bean", clock.now().plus(TERM));
  }

  private QueueStore node(String name, EnlistingDataSource application) {
    return QueueStores.open(
        TestStore.options(source(application), SchemaMode.MIGRATE, clock, true, name, "i-" + name));
  }

  Source source(EnlistingDataSource application) {
    return new Source.Joined(
        application, "jdbc/app", Optional.of(new FaultyDataSource(url())), true);
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  /** A message of a key, to be sent. */
  Operation send(String key, String text) {
    return new Enqueue(TestStore.keyed(key, text, clock.now(), clock.now()));
  }

  void commit(Operation... operations) {
    one.branches().commitLocal(List.of(operations));
  }

  void commitInLine(Operation... operations) {
    commit(operations);
    lineUp();
  }

  void complete(LeasedMessage message) {
    commit(new Complete(message.lease()));
  }

  Lined lineUp() {
    return one.upkeep().lineUp(100);
  }

  List<LeasedMessage> claim(int count) {
    return claim(count, RetryPolicy.DEFAULT);
  }

  List<LeasedMessage> claim(int count, RetryPolicy policy) {
    return one.leases().claim(request(term, count, policy, ORDERS));
  }

  /** The only message that can be claimed. */
  LeasedMessage only() {
    List<LeasedMessage> claimed = claim(10);
    if (claimed.size() != 1) {
      throw new AssertionError("Claimed " + claimed.stream().map(TestStore::text).toList());
    }
    return claimed.get(0);
  }

  Lease leased(String text) {
    LeasedMessage message = only();
    if (!TestStore.text(message).equals(text)) {
      throw new AssertionError("Claimed " + TestStore.text(message) + " instead of " + text);
    }
    return message.lease();
  }

  long rows(String tableAndCondition) {
    return jdbc.number("select count(*) from " + tableAndCondition);
  }
}
