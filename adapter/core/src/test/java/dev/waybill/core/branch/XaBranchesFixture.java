package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.xid;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Branches over a store in memory, in transaction "t1". */
abstract class XaBranchesFixture {

  final InMemoryBranchStore store = new InMemoryBranchStore();
  final FakeTransaction transaction = new FakeTransaction().active("t1");
  final RecordedEvents events = new RecordedEvents();
  final LaterTasks later = new LaterTasks();
  final XaBranches branches = new XaBranches(() -> store, transaction, events, later);

  static void assertXa(int code, ThrowingCallable call) {
    XAException thrown = catchThrowableOfType(XAException.class, call);
    assertThat(thrown).as("XAException %d", code).isNotNull();
    assertThat(thrown.errorCode).as(thrown.getMessage()).isEqualTo(code);
    assertThat(thrown.getMessage()).isNotBlank();
  }

  XaBranch ended(int number, Operation... operations) throws XAException {
    XaBranch branch = branches.start(xid(number), TMNOFLAGS);
    if (operations.length > 0) {
      branch.add(List.of(operations));
    }
    branches.end(xid(number), TMSUCCESS);
    return branch;
  }

  XaBranch prepared(int number, Operation... operations) throws XAException {
    XaBranch branch = ended(number, operations);
    assertThat(branches.prepare(xid(number))).isEqualTo(XAResource.XA_OK);
    return branch;
  }
}
