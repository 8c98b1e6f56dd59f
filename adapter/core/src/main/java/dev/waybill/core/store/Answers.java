package dev.waybill.core.store;

import dev.waybill.core.model.Answer;
import dev.waybill.core.model.Awaiter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What became of messages, for those who wait to hear it. Each method is one short transaction of
 * the store; none may be called on a thread that has one of its own.
 */
public interface Answers {

  /**
   * Somebody on this node, to be carried by the message whose settlement he waits for. Costs
   * nothing.
   *
   * @param group the consumer group whose settlement is waited for
   * @param until when he does not wait any more
   */
  Awaiter awaiter(String group, Instant until);

  /**
   * Whether an awaiter is on this node, where the answer to a completion stays in memory.
   *
   * @param awaiter as a message carries it
   */
  boolean isHere(Awaiter awaiter);

  /**
   * The answers that were left for this start of this node. They stay until {@link #handedOver}.
   *
   * @param limit how many at most
   */
  List<Given> given(int limit);

  /**
   * An answer.
   *
   * @param messageId the message
   * @param answer how it was settled
   */
  record Given(UUID messageId, Answer answer) {}

  /**
   * Removes answers that were left for this start of this node.
   *
   * @param messageIds the messages; not empty
   */
  void handedOver(Collection<UUID> messageIds);

  /**
   * How messages were settled first, by the history.
   *
   * @param messageIds a hundred at most; not empty
   * @return those that are settled and not forgotten, one for each group
   */
  List<Settled> settled(Collection<UUID> messageIds);

  /**
   * How a group settled a message.
   *
   * @param messageId the message
   * @param group the group
   * @param answer how; a response is not kept
   */
  record Settled(UUID messageId, String group, Answer answer) {}

  /**
   * Which messages are there, visible or not. Reads all messages: for the rare case that nothing
   * else tells.
   *
   * @param messageIds some hundreds at most; not empty
   */
  Set<UUID> kept(Collection<UUID> messageIds);
}
