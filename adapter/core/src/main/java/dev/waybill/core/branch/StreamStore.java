package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import java.util.Collection;
import java.util.Map;

/**
 * The port to the streams of producers. Each call is made on connections of the store's own,
 * outside the caller's transaction. Implementations are safe for any number of threads.
 */
public interface StreamStore {

  /**
   * Makes the caller the owner of a stream, which is created if it is not there. From then on
   * nothing that an owner before him sends can commit.
   *
   * @param producerId whose stream it is
   * @return its state, with the incarnation of the new owner
   * @throws QueueException {@code UNAVAILABLE}, retryable, while a transaction that sends in it is
   *     undecided: written and open, or in doubt
   */
  StreamState takeOver(String producerId);

  /**
   * Looks at streams.
   *
   * @param producerIds whose; not empty
   * @param counting whether to count what is unsettled, at the cost of the window; else that is the
   *     length of the stream behind what is acknowledged: as much, or more if its messages went to
   *     several queues
   * @return the state of each; those that are not there are left out
   */
  Map<String, StreamState> look(Collection<String> producerIds, boolean counting);
}
