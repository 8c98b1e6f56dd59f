package dev.waybill.core.store;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Released;
import dev.waybill.core.model.QueueName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The background work on rows, in small steps that skip what others hold. */
public interface Upkeep {

  /**
   * Branches committed in two phases whose messages nobody released for longer than the longest
   * hold.
   *
   * @param committedBefore the end of the hold
   * @param limit how many at most
   */
  List<BranchId> unreleased(Instant committedBefore, int limit);

  /**
   * As {@link dev.waybill.core.branch.BranchStore#release}, but passes over a branch that somebody
   * else is releasing.
   *
   * @param id the branch
   */
  Released release(BranchId id);

  /**
   * Takes the turn of this node at pruning: of all nodes one has it, for as long as it keeps taking
   * it; after an interval without it is anybody's.
   *
   * @param interval between two turns
   * @return whether this node is to {@link #prune} now
   */
  boolean takePruning(Duration interval);

  /**
   * Removes what is kept only for a time: attempt history, dead messages, tombstones of branches,
   * deduplication ids that expired, answers that nobody waits for any more, terms that ended and
   * have no leases.
   *
   * @param retention how long each is kept
   * @param limit how many rows of each kind at most; of attempts, outcomes and deduplication ids a
   *     hundred times as many, ten times as many in one transaction, while there are more and for a
   *     second at most
   * @return how many rows were removed
   */
  int prune(Retention retention, int limit);

  /**
   * Puts the deliveries of ordering keys in line that are not yet, and lets those go first whose
   * predecessors are settled for good (rule C10). What somebody else is putting in order is left to
   * him. Cheap where there is nothing to do.
   *
   * @param limit how many sends and settlements to look at
   */
  Lined lineUp(int limit);

  /**
   * What {@link #lineUp} did.
   *
   * @param queues where messages have become available
   * @param keys how many keys were put in order
   * @param more whether there may be more to do
   */
  record Lined(Set<QueueName> queues, int keys, boolean more) {}

  /**
   * Who holds back the removal of dead rows, longest first where the database says since when.
   *
   * @return empty if nobody does, if the database does not suffer from it, or if the user of the
   *     adapter's connections may not see others
   */
  List<Horizon> horizon();

  /**
   * Looks at {@link #horizon} about once a minute; says once who has been holding for ten minutes,
   * and once that it is over. To be called more often, by one thread at a time.
   */
  void watchHorizon();

  /**
   * Sees to it that a queue which has just grown is not read with the plans of an empty one.
   * Nothing but one small query as long as nothing has grown.
   */
  void refreshStatistics();

  /**
   * How long things are kept.
   *
   * @param history attempts and messages settled as dead
   * @param tombstones finished branches; well beyond the transaction manager's log
   */
  record Retention(Duration history, Duration tombstones) {}
}
