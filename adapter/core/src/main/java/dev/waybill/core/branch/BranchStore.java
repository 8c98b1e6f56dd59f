package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.NewMessage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The port through which branches are written. Each method is one local transaction of the store,
 * except {@link #writeJoined}, which writes on the caller's. Implementations are safe for any
 * number of threads.
 *
 * <p>Settlements are fenced: the first write for each is conditional on the delivery's own row
 * holding the lease's token, and a count of 0 means {@link LeaseLostException} with nothing kept.
 *
 * <p>Every message with a deduplication id is written with a row for that id, in the same
 * transaction. If another transaction has it, {@link IdTakenException} or a retryable {@code
 * UNAVAILABLE} is thrown, and nothing is kept. Messages of a stream are written if they are the
 * next of it and sent by its owner, else {@link StreamRefusedException} is thrown.
 *
 * <p>A COMMIT whose answer is lost is read back before a method returns: the method returns if it
 * happened, throws a retryable {@link QueueException} if it did not and never will, and {@link
 * UndecidedException} if that cannot be told now.
 */
public interface BranchStore {

  /**
   * Writes and commits operations outside any container transaction.
   *
   * @param operations not empty
   */
  void commitLocal(List<Operation> operations);

  /**
   * Writes operations at once on the connection that the container enlisted in the current
   * transaction. Writes nothing and throws {@code INVALID} if the connection is not enlisted, is
   * read-only, or isolates above READ COMMITTED. The caller marks the transaction for rollback when
   * this throws.
   *
   * @param operations not empty
   */
  void writeJoined(List<Operation> operations);

  /**
   * As {@link #writeJoined}, in a transaction whose connection {@link #probeJoined} or {@link
   * #writeJoined} has checked: its isolation, which cannot change within a transaction, is not
   * asked for again.
   *
   * @param operations not empty
   */
  default void writeJoinedAgain(List<Operation> operations) {
    writeJoined(operations);
  }

  /**
   * Records how far a group has come in a stream, on the connection that the container enlisted in
   * the current transaction and that {@link #probeJoined} has checked.
   *
   * @param mark how far
   * @return false, and nothing was written, if the group had come as far before
   * @throws QueueException {@code UNAVAILABLE} if another transaction is recording the same
   */
  boolean markJoined(Operation.Mark mark);

  /**
   * Whether a group has come as far in a stream before, as committed. Asked on a connection of the
   * store's own.
   */
  boolean isMarked(Operation.Mark mark);

  /**
   * Checks, before user code runs, that the joined connection is what {@link #writeJoined} needs,
   * and so enlists it first.
   *
   * @throws QueueException {@code INVALID} with the fix
   */
  void probeJoined();

  /**
   * Makes joined transactions that have committed durable, where the database reports a commit
   * before it is, and logs what one of them gave up. Called after completion, outside any
   * transaction of the caller.
   *
   * @param settled what the transaction settled, in that order; may be empty
   */
  void afterJoinedCommit(List<? extends Operation> settled);

  /**
   * The messages that were committed with deduplication ids within their windows. Asked on a
   * connection of the store's own (rule C7), which waits briefly for whoever is writing an id.
   *
   * @param ids of queues that the store knows; may be empty
   * @return the first message of each; ids that nobody has are left out
   * @throws QueueException {@code UNAVAILABLE}, retryable, if the first sender of one is undecided:
   *     its transaction is open or in doubt
   */
  Map<SentId, UUID> firstSends(Collection<SentId> ids);

  /**
   * Counts the windows of deduplication ids from now: joined transactions write them with the send,
   * and may commit much later. Called after completion; does not throw.
   *
   * @param messages what a transaction sent that has just committed
   */
  default void countWindowsFromNow(Collection<NewMessage> messages) {}

  /**
   * Commits a branch in one phase: its operations and its unique outcome row. If the branch is
   * already prepared, commits that (Payara does so in recovery).
   *
   * @param id the branch
   * @param operations may be empty
   */
  void commitOnePhase(BranchId id, List<Operation> operations);

  /**
   * Stores a branch so that it can be committed or rolled back from its rows alone: its messages
   * invisible, its settlements as plans on their leases, its deliveries IN_DOUBT.
   *
   * @param id the branch
   * @param operations not empty
   * @throws QueueException {@code CONFLICT} if the recovery of another node would take the branch
   *     for its own, or another start has taken this node's name
   */
  void prepare(BranchId id, List<Operation> operations);

  /**
   * Commits a prepared branch: its settlements are carried out, its messages remain invisible until
   * {@link #release}.
   *
   * @param id the branch
   * @return the state found before: PREPARED when this call did it; anything else: nothing was done
   */
  BranchState commitPrepared(BranchId id);

  /**
   * Rolls a prepared branch back: its messages are removed, its deliveries are LEASED again with
   * their old expiry. Attempts are recorded by whoever ran them, or by the reaper.
   *
   * @param id the branch
   * @return the state found before: PREPARED when this call did it; anything else: nothing was done
   * @throws QueueException {@code UNAVAILABLE}, retryable, while the branch is held, or while
   *     another node that prepared it is alive
   */
  BranchState rollbackPrepared(BranchId id);

  /**
   * Decides a branch whose commit or prepare got no answer: makes sure that it can never happen, or
   * finds that it has. Waits for a COMMIT that is still on its way.
   *
   * @param id the branch
   * @return ABORTED if it has not happened and never will; else the state found
   */
  BranchState abortUnlessDecided(BranchId id);

  /** The state of a branch; waits for a transaction that is changing it. */
  BranchState state(BranchId id);

  /**
   * The branches the transaction manager may decide now: PREPARED (held ones too) or heuristically
   * decided, but not those prepared by this running incarnation of the adapter within a grace time
   * (unless {@code alsoOwn} names them) nor those of another node that is alive.
   *
   * @param alsoOwn branches of this incarnation whose commit or rollback has already failed
   */
  List<BranchId> inDoubt(Set<BranchId> alsoOwn);

  /**
   * The PREPARED branches of earlier starts of this node, held ones too: what its transaction
   * manager has to ask for.
   */
  List<BranchId> leftBehind();

  /**
   * Keeps the transaction manager from rolling prepared branches back, because it may have
   * forgotten that they were to be committed (rule C13). Survives restarts; {@link #commitPrepared}
   * still goes through and ends it. Branches that are held, or not PREPARED, stay as they are.
   *
   * @param ids the branches; may be empty
   */
  void hold(Collection<BranchId> ids);

  /** Removes the record of a heuristically decided branch. Does nothing if there is none. */
  void forget(BranchId id);

  /**
   * Makes the messages of a COMMITTED_UNRELEASED branch visible to consumers. Does nothing in any
   * other state.
   *
   * @param id the branch
   */
  Released release(BranchId id);
}
