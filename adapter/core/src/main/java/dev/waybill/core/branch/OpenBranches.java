package dev.waybill.core.branch;

import dev.waybill.core.branch.XaBranch.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAException;

/** The branches that this adapter has begun and not seen the end of. Thread-safe. */
final class OpenBranches {

  private final TransactionContext transaction;
  private final BranchEvents events;
  private final OpenIds ids;
  private final Map<BranchId, XaBranch> byId = new ConcurrentHashMap<>();
  private final Map<Object, XaBranch> byTransaction = new ConcurrentHashMap<>();

  OpenBranches(TransactionContext transaction, BranchEvents events, OpenIds ids) {
    this.transaction = transaction;
    this.events = events;
    this.ids = ids;
  }

  /** Begins one; the first branch of a transaction stays its branch. */
  XaBranch begin(BranchId id) throws XAException {
    Object key =
        transaction.status() == TransactionContext.Status.ACTIVE ? transaction.key() : null;
    XaBranch branch = new XaBranch(id, key, this::firstOperation, ids);
    if (byId.putIfAbsent(id, branch) != null) {
      throw XaErrors.of(XAException.XAER_DUPID, "branch " + id + " was started before", null);
    }
    branch.associate();
    if (key != null) {
      byTransaction.putIfAbsent(key, branch);
    }
    return branch;
  }

  private void firstOperation(XaBranch branch) {
    if (branch.transactionKey() != null) {
      transaction.afterCompletion(committed -> transactionComplete(branch));
    }
  }

  private void transactionComplete(XaBranch branch) {
    byTransaction.remove(branch.transactionKey(), branch);
    if (branch.complete()) {
      events.releasable(branch.id());
    }
  }

  Optional<XaBranch> ofTransaction(Object transactionKey) {
    return transactionKey == null
        ? Optional.empty()
        : Optional.ofNullable(byTransaction.get(transactionKey));
  }

  /** The branch, or null. */
  XaBranch find(BranchId id) {
    return byId.get(id);
  }

  /** The branch, which can be prepared. */
  XaBranch require(BranchId id) throws XAException {
    XaBranch branch = byId.get(id);
    if (branch == null) {
      throw XaErrors.of(XAException.XAER_NOTA, "no open branch " + id, null);
    }
    if (branch.outcome() != Outcome.OPEN) {
      throw XaErrors.of(XAException.XAER_PROTO, id + " is " + branch.outcome(), null);
    }
    return branch;
  }

  /** The end of a branch. */
  void finish(XaBranch branch, Outcome outcome) {
    branch.finish(outcome);
    remove(branch);
  }

  void remove(XaBranch branch) {
    byId.remove(branch.id(), branch);
    ids.ended(branch);
    if (branch.transactionKey() != null) {
      byTransaction.remove(branch.transactionKey(), branch);
    }
  }
}
