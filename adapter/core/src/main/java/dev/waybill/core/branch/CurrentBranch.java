package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.NewMessage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Finds the branch that a send on the calling thread belongs to. */
public final class CurrentBranch {

  private final TransactionContext transaction;
  private final LocalBranch local;
  private final Optional<JoinedBranch> joined;
  private final XaBranches xa;

  /**
   * The branches of one adapter.
   *
   * @param transaction the container's view of the caller's transaction
   * @param local for callers without a transaction
   * @param joined present on the joined path: for every transaction
   * @param xa the open branches of the xa path
   */
  public CurrentBranch(
      TransactionContext transaction,
      LocalBranch local,
      Optional<JoinedBranch> joined,
      XaBranches xa) {
    this.transaction = Objects.requireNonNull(transaction, "transaction");
    this.local = Objects.requireNonNull(local, "local");
    this.joined = Objects.requireNonNull(joined, "joined");
    this.xa = Objects.requireNonNull(xa, "xa");
  }

  /**
   * The branch for a send.
   *
   * @param enlist enlists the adapter in the caller's transaction and returns its branch; called
   *     only on the xa path, for the first send of a transaction that has no branch yet
   * @return the branch
   * @throws QueueException {@code INVALID} where a send could neither commit with a transaction nor
   *     by itself
   */
  public Branch forSend(Supplier<XaBranch> enlist) {
    return find(enlist, "send");
  }

  /**
   * The branch for a settlement that the application asks for.
   *
   * @param enlist as for {@link #forSend}
   * @return the branch
   * @throws QueueException {@code INVALID} where a settlement could neither commit with a
   *     transaction nor by itself
   */
  public Branch forSettlement(Supplier<XaBranch> enlist) {
    return find(enlist, "settlement");
  }

  private Branch find(Supplier<XaBranch> enlist, String what) {
    return switch (transaction.status()) {
      case NONE -> withoutTransaction(what);
      case ACTIVE ->
          joined
              .<Branch>map(branch -> branch)
              .orElseGet(() -> xa.ofTransaction(transaction.key()).orElseGet(enlist));
      case UNUSABLE ->
          throw new QueueException(
              QueueException.Kind.INVALID,
              "The transaction can no longer commit (it is marked for rollback, timed out or"
                  + " ended), so no "
                  + what
                  + " can be part of it. Make it before the transaction is marked for rollback, or"
                  + " in a transaction of its own (REQUIRES_NEW).");
    };
  }

  /**
   * Sends with the branch for it.
   *
   * @param messages in order
   * @param enlist as for {@link #forSend}
   * @return as {@link Branch#send}
   * @throws QueueException as {@link #forSend} and {@link Branch#send}
   */
  List<UUID> send(List<NewMessage> messages, Supplier<XaBranch> enlist) {
    Branch branch = forSend(enlist);
    if (!(branch instanceof XaBranch)) {
      xa.requireNotOpen(messages);
    }
    return branch.send(messages);
  }

  /** The caller's transaction. */
  TransactionContext transaction() {
    return transaction;
  }

  private Branch withoutTransaction(String what) {
    if (TransactedDelivery.isCurrent()) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "The delivery on this thread is transacted, but its transaction is gone or suspended, so"
              + " a "
              + what
              + " here would commit although the delivery may roll back. Make it in the"
              + " listener's transaction, or in one of its own (REQUIRES_NEW); if the transaction"
              + " timed out, raise its timeout.");
    }
    return local;
  }
}
