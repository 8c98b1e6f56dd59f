package dev.waybill.testkit.transactions;

import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.jta.xa.XATxConverter;
import com.arjuna.ats.jta.xa.XidImple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * One pass over the resource managers of a container (Jakarta Transactions 2.0, chapter 3.4.9). A
 * decision leaves the log only when it was carried out here, every resource manager answered and
 * none failed; other decisions may be those of another container.
 */
final class RecoveryPass {

  private final TransactionLog log;
  private final List<String> errors = new ArrayList<>();
  private int committed;
  private int rolledBack;

  RecoveryPass(TransactionLog log) {
    this.log = log;
  }

  RecoveryReport run(List<XAResource> resources) {
    Set<Uid> decided = log.decided();
    Set<Uid> carriedOut = new HashSet<>();
    Set<Uid> unfinished = new HashSet<>();
    boolean complete = true;
    for (XAResource resource : resources) {
      try {
        for (Xid xid : resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)) {
          if (xid.getFormatId() == XATxConverter.FORMAT_ID) {
            finish(resource, xid, decided, carriedOut, unfinished);
          }
        }
      } catch (XAException e) {
        complete = false;
        errors.add("recover of " + resource + ": " + describe(e));
      }
    }
    if (complete) {
      carriedOut.removeAll(unfinished);
      log.forget(carriedOut);
    }
    return new RecoveryReport(committed, rolledBack, errors);
  }

  private void finish(
      XAResource resource, Xid xid, Set<Uid> decided, Set<Uid> carriedOut, Set<Uid> unfinished) {
    Uid transaction = new XidImple(xid).getTransactionUid();
    if (log.isRunning(transaction)) {
      return;
    }
    boolean commit = decided.contains(transaction);
    if (commit) {
      carriedOut.add(transaction);
    }
    try {
      if (commit) {
        resource.commit(xid, false);
        committed++;
      } else {
        resource.rollback(xid);
        rolledBack++;
      }
    } catch (XAException e) {
      if (isHeuristic(e)) {
        forget(resource, xid);
      } else if (e.errorCode != XAException.XAER_NOTA) {
        unfinished.add(transaction);
      }
      errors.add((commit ? "commit of " : "rollback of ") + xid + ": " + describe(e));
    }
  }

  private void forget(XAResource resource, Xid xid) {
    try {
      resource.forget(xid);
    } catch (XAException e) {
      errors.add("forget of " + xid + ": " + describe(e));
    }
  }

  private static boolean isHeuristic(XAException e) {
    return e.errorCode >= XAException.XA_HEURMIX && e.errorCode <= XAException.XA_HEURHAZ;
  }

  private static String describe(XAException e) {
    return "XAException " + e.errorCode + " " + e.getMessage();
  }
}
