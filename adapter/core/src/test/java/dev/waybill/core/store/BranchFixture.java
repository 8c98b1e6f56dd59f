package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.SHIPMENTS;
import static dev.waybill.core.store.TestStore.request;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store whose database fails on demand, and words for tests of branches. */
abstract class BranchFixture {

  static final Duration LEASE = Duration.ofSeconds(30);

  final SettableClock clock = new SettableClock();
  FaultyDataSource database;
  QueueStore store;
  BranchStore branches;
  UUID term;
  private int branchNumber;

  /** The URL of a fresh, empty database. */
  abstract String url();

  abstract Jdbc jdbc();

  @BeforeEach
  void open() {
    database = new FaultyDataSource(url());
    store = QueueStores.open(TestStore.options(TestStore.pooled(database), clock));
    branches = store.branches();
    store.queues().require(ORDERS);
    store.queues().require(SHIPMENTS);
    term = store.leases().openTerm("n1/bean", clock.now().plus(LEASE));
  }

  @AfterEach
  void close() {
    database.down(false);
    store.close();
  }

  QueueStore open(String node, String incarnation) {
    return QueueStores.open(
        TestStore.options(
            TestStore.pooled(new FaultyDataSource(url())),
            SchemaMode.MIGRATE,
            clock,
            true,
            node,
            incarnation));
  }

  /** This node was killed and is started again. */
  QueueStore reopened(String incarnation) {
    jdbc().execute("update wb_node set seen_at = 0 where id = 'n1'");
    return open("n1", incarnation);
  }

  BranchId newBranch() {
    return new BranchId(0x57, "0a" + (100 + branchNumber++), "0b");
  }

  void send(String text) {
    branches.commitLocal(List.of(TestStore.send(ORDERS, text, clock.now())));
  }

  LeasedMessage leased(String text) {
    send(text);
    return claim(ORDERS, 1).get(0);
  }

  List<LeasedMessage> claim(QueueName queue, int count) {
    return store.leases().claim(request(term, count, RetryPolicy.DEFAULT, queue));
  }
}
