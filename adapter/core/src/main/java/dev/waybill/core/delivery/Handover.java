package dev.waybill.core.delivery;

import dev.waybill.api.WrongBodyTypeException;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.store.AttemptFailure;
import java.util.List;
import java.util.Optional;

/** What one call of a listener is given, and what becomes of it by what the listener decides. */
public sealed interface Handover permits DeliveredBatch, DeliveredMessage {

  /**
   * What commits with the listener's transaction: a settlement for each message, in their order.
   *
   * @param acknowledge decides where the listener did not
   */
  List<Settlement> settlements(Acknowledge acknowledge);

  /**
   * What follows if nothing commits: the failure of each message's attempt, in their order.
   *
   * @param error what happened, for people
   * @param malformed the wrong-type error that left the listener, if one did
   */
  List<AttemptFailure> failures(String error, Optional<WrongBodyTypeException> malformed);

  /** Makes the handles dead: the listener has returned. */
  void listenerReturned();
}
