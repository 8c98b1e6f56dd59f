package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.id;
import static dev.waybill.core.branch.Samples.send;
import static dev.waybill.core.branch.Samples.xid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.LogLines;
import dev.waybill.core.branch.InMemoryBranchStore.Fault;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is tried again in the background says why it fails, once. */
class UnfinishedLogTest extends XaBranchesFixture {

  private final LogLines log = new LogLines();

  @AfterEach
  void stopListening() {
    log.close();
  }

  private void owed(int number) throws XAException {
    prepared(number, send("m" + number));
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(number), false));
  }

  @Test
  @Tag("INTERNAL")
  @Tag("C12")
  void anOwedCommitThatIsRefusedIsSaidOnceWithItsCauseAndOnceWhenItIsDone() throws XAException {
    store.broken = id(1);
    owed(1);
    for (int i = 0; i < 20; i++) {
      later.run();
    }
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("SEVERE WB-0301 ")
        .contains(id(1).toString(), "is damaged", "wb_branch");

    store.broken = null;
    later.run();

    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().get(1)).startsWith("INFO WB-0302 ").contains(id(1).toString());
    assertThat(store.committed).containsExactly(send("m1"));
  }

  @Test
  void manyThatAreRefusedMakeOneLine() throws XAException {
    for (int i = 1; i <= 50; i++) {
      prepared(i, send("m" + i));
    }
    store.fault = Fault.BROKEN;
    for (int i = 1; i <= 50; i++) {
      int number = i;
      assertXa(XAException.XA_RETRY, () -> branches.commit(xid(number), false));
    }
    for (int i = 0; i < 5; i++) {
      later.run();
    }
    assertThat(log.lines()).singleElement().asString().contains(id(1).toString(), "like 49 more");
  }

  @Test
  @Tag("UNAVAILABLE")
  void anOutageIsSaidElsewhere() throws XAException {
    prepared(1, send("a"));
    store.fault = Fault.UNAVAILABLE;
    assertXa(XAException.XA_RETRY, () -> branches.commit(xid(1), false));
    later.run();
    store.fault = Fault.NONE;
    later.run();
    assertThat(store.committed).containsExactly(send("a"));
    assertThat(log.lines()).isEmpty();
  }

  @Test
  @Tag("C2")
  void anOutcomeThatCannotBeFoundOutIsSaidOnce() throws XAException {
    ended(1, send("a"));
    store.fault = Fault.UNDECIDED_DONE;
    assertXa(XAException.XAER_RMFAIL, () -> branches.commit(xid(1), true));
    store.fault = Fault.BROKEN;
    later.run();
    later.run();
    assertThat(log.lines()).singleElement().asString().contains("WB-0301", id(1).toString());
  }
}
