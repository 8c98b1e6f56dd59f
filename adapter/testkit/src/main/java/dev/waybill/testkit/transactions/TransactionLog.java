package dev.waybill.testkit.transactions;

import com.arjuna.ats.arjuna.AtomicAction;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.coordinator.ActionManager;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import java.util.Collection;
import java.util.Set;

/** Narayana's log of decisions. An entry means: committed, but perhaps not everywhere yet. */
public final class TransactionLog {

  private final String type = new AtomicAction().type();

  TransactionLog() {}

  /** How many decisions of ended transactions are not carried out everywhere yet. */
  public int size() {
    Set<Uid> decided = decided();
    decided.removeIf(this::isRunning);
    return decided.size();
  }

  Set<Uid> decided() {
    return LogStore.committed(type);
  }

  boolean isRunning(Uid transaction) {
    return ActionManager.manager().get(transaction) != null;
  }

  void forget(Collection<Uid> transactions) {
    try {
      for (Uid uid : transactions) {
        if (!isRunning(uid)) {
          StoreManager.getRecoveryStore().remove_committed(uid, type);
        }
      }
    } catch (ObjectStoreException e) {
      throw new IllegalStateException("The log of the transaction manager cannot be written", e);
    }
  }
}
