package dev.waybill.ra;

import dev.waybill.core.branch.AsyncSender;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.StreamWindows;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.delivery.Settlements;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.store.QueueStore;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * An adapter whose store is open.
 *
 * @param store the store
 * @param transaction the container's view of the caller's transaction
 * @param local the branch of callers without a transaction
 * @param joined the branch of every transaction, on the joined path; empty on the xa path
 * @param xa the branches of transactions, on the xa path
 * @param windows tells of streams that wait for their consumers
 * @param limits what sends may hold
 * @param javaBodies the objects that may be sent and read in Java's serialisation
 * @param random where message ids take their random bits from
 * @param detached runs a call without a transaction and waits for its result
 * @param settlements who waits to hear that messages are settled
 * @param async sends on other threads
 * @param path the commit path and why, as log lines say it
 */
public record OpenAdapter(
    QueueStore store,
    TransactionContext transaction,
    LocalBranch local,
    Optional<JoinedBranch> joined,
    XaBranches xa,
    StreamWindows windows,
    Limits limits,
    JavaBodies javaBodies,
    Random random,
    Function<Callable<Object>, Object> detached,
    Settlements settlements,
    AsyncSender async,
    String path) {

  /** Checks that no part is missing. */
  public OpenAdapter {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(transaction, "transaction");
    Objects.requireNonNull(local, "local");
    Objects.requireNonNull(joined, "joined");
    Objects.requireNonNull(xa, "xa");
    Objects.requireNonNull(windows, "windows");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(javaBodies, "javaBodies");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(detached, "detached");
    Objects.requireNonNull(settlements, "settlements");
    Objects.requireNonNull(async, "async");
    Objects.requireNonNull(path, "path");
  }

  /** Finds the branch of a send. */
  public CurrentBranch currentBranch() {
    return new CurrentBranch(transaction, local, joined, xa);
  }
}
