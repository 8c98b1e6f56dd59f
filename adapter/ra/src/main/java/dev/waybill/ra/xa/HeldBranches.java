package dev.waybill.ra.xa;

import dev.waybill.core.branch.BranchId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * Branches in doubt whose commit decision the transaction manager may have forgotten: they may be
 * committed, but are not rolled back by it. A transaction manager rolls back every branch it does
 * not know, and the business rows of such a branch may long be committed.
 */
public final class HeldBranches {

  private final Set<BranchId> held = ConcurrentHashMap.newKeySet();

  /** Holds branches. */
  public void hold(Collection<BranchId> ids) {
    held.addAll(ids);
  }

  /**
   * Refuses the rollback of a held branch.
   *
   * @param xid the branch
   * @throws XAException XAER_RMFAIL if it is held
   */
  void refuseRollback(Xid xid) throws XAException {
    if (held.contains(BranchId.of(xid))) {
      XAException refused =
          new XAException(
              "Branch "
                  + BranchId.of(xid)
                  + " is held for an operator: recovery may have forgotten that it was committed.");
      refused.errorCode = XAException.XAER_RMFAIL;
      throw refused;
    }
  }
}
