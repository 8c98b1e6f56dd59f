package dev.waybill.core.delivery;

import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.QueueStore;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Everybody in this node who waits to hear that messages are settled. Created before the store is
 * open. Thread-safe.
 */
public final class Settlements {

  private final DeliveryLog log;
  private final Waiters waiters;
  private final Confirmations confirmations;

  /**
   * Nobody waits yet.
   *
   * @param scheduler runs what looks for answers, and tells them
   */
  public Settlements(TaskScheduler scheduler) {
    this(scheduler, new DeliveryLog());
  }

  Settlements(TaskScheduler scheduler, DeliveryLog log) {
    this.log = log;
    waiters = new Waiters(scheduler, log);
    confirmations = new Confirmations(scheduler, log);
  }

  /** One for the whole engine: an outage is said once. */
  DeliveryLog log() {
    return log;
  }

  Waiters waiters() {
    return waiters;
  }

  Confirmations confirmations() {
    return confirmations;
  }

  void open(QueueStore store) {
    waiters.open(store.answers());
    confirmations.open(store);
  }

  /** Whom to tell that answers were left for a start of another node. */
  void passOn(Consumer<String> others) {
    waiters.passOn(others);
  }

  /** Settlements have committed here. */
  void settled(List<Settlement> settlements) {
    for (Settlement settlement : settlements) {
      waiters.settled(settlement);
      confirmations.settled(settlement.lease().messageId());
    }
  }

  /** A message was given up here, by a commit of our own. */
  void gaveUp(UUID messageId) {
    waiters.gaveUp(messageId);
    confirmations.settled(messageId);
  }

  /** Another node says that it left answers for this one. */
  void answered() {
    waiters.lookSoon();
  }

  void stop() {
    waiters.stop();
    confirmations.stop();
  }
}
