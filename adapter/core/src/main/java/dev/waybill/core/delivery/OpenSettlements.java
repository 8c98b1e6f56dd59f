package dev.waybill.core.delivery;

import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.model.Lease;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What open transactions of this node have settled by lease: so that nothing is settled twice, in
 * one of them, which would spoil it, or in another, which on the joined path could wait for one
 * that it suspends; and so that what follows their end is done. Thread-safe.
 */
final class OpenSettlements {

  private final Map<Object, InTransaction> byTransaction = new ConcurrentHashMap<>();
  private final Set<Lease.Key> settled = ConcurrentHashMap.newKeySet();

  private final class InTransaction {
    private final List<Lease.Key> own = new ArrayList<>();
    private final List<Consumer<Boolean>> afterwards = new ArrayList<>();
    private Boolean committed;

    /** False if the transaction is over. */
    synchronized boolean add(Collection<Lease.Key> keys, Consumer<Boolean> afterwards) {
      if (committed == null) {
        own.addAll(keys);
        settled.addAll(keys);
        this.afterwards.add(afterwards);
        return true;
      }
      return false;
    }

    synchronized List<Consumer<Boolean>> complete(boolean result) {
      committed = result;
      own.forEach(settled::remove);
      return List.copyOf(afterwards);
    }
  }

  /** Whether an open transaction has settled a lease. */
  boolean holds(Lease.Key key) {
    return settled.contains(key);
  }

  /** Arranges to be told of the end of the caller's transaction. Before anything is settled. */
  void watch(TransactionContext transaction) {
    Object key = transaction.key();
    InTransaction begun = new InTransaction();
    if (byTransaction.putIfAbsent(key, begun) == null) {
      try {
        transaction.afterCompletion(committed -> completed(key, committed));
      } catch (RuntimeException e) {
        byTransaction.remove(key, begun);
        throw e;
      }
    }
  }

  private void completed(Object key, boolean committed) {
    InTransaction ended = byTransaction.remove(key);
    if (ended != null) {
      ended.complete(committed).forEach(each -> each.accept(committed));
    }
  }

  /**
   * The caller's transaction has settled leases.
   *
   * @param afterwards told whether it committed; quick, and does not throw
   */
  void settled(
      TransactionContext transaction, Collection<Lease.Key> keys, Consumer<Boolean> afterwards) {
    Object key = transaction.key();
    InTransaction open = key == null ? null : byTransaction.get(key);
    if (open == null || !open.add(keys, afterwards)) {
      // It timed out while the settlement was written.
      afterwards.accept(false);
    }
  }
}
