package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.NewMessage;
import java.util.List;
import java.util.UUID;

/** Where the queue's part of a transaction is written, and who commits it. */
public sealed interface Branch permits JoinedBranch, LocalBranch, XaBranch {

  /**
   * Adds operations that commit or roll back together with the branch.
   *
   * @param operations in the order they are to be carried out
   * @throws QueueException {@code CONFLICT} if the branch is ended or a lease was lost; {@code
   *     UNAVAILABLE} if the store is out of reach. Nothing was added
   */
  void add(List<Operation> operations);

  /**
   * Sends messages with the branch, except those whose deduplication id was sent before: by the
   * branch itself, or by what has committed (rule C11).
   *
   * @param messages in the order they are to be sent
   * @return the ids of the messages, or of those that were sent in their stead
   * @throws QueueException as for {@link #add}, and {@code UNAVAILABLE}, retryable, if the first
   *     sender of a deduplication id is undecided. Nothing was sent
   */
  List<UUID> send(List<NewMessage> messages);
}
