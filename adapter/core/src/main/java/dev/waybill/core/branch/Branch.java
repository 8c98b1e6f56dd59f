package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import java.util.List;

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
}
