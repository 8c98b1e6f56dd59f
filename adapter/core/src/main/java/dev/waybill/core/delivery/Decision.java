package dev.waybill.core.delivery;

import dev.waybill.core.branch.Operation;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.AttemptFailure.Wish;
import java.time.Duration;
import java.util.Optional;

/** What a listener decided about a message. */
public sealed interface Decision {

  /** The settlement it stands for, where the listener's transaction commits. */
  Operation.Settlement settlement(Lease lease);

  /** What remains of it when the listener's transaction rolls back. */
  Wish afterRollback();

  /**
   * The message is done.
   *
   * @param response JSON; null for none
   */
  record Done(String response) implements Decision {

    /** Without a response. */
    public Done() {
      this(null);
    }

    @Override
    public Operation.Settlement settlement(Lease lease) {
      return new Operation.Complete(lease, lease.awaiter() == null ? null : response);
    }

    @Override
    public Wish afterRollback() {
      return new Wish.TryAgain(Optional.empty());
    }
  }

  /**
   * Another attempt.
   *
   * @param delay replaces the schedule's delay
   */
  record TryAgain(Optional<Duration> delay) implements Decision {
    @Override
    public Operation.Settlement settlement(Lease lease) {
      return new Operation.Retry(lease, delay);
    }

    @Override
    public Wish afterRollback() {
      return new Wish.TryAgain(delay);
    }
  }

  /**
   * No further attempt.
   *
   * @param reason for people
   */
  record GiveUp(String reason) implements Decision {
    @Override
    public Operation.Settlement settlement(Lease lease) {
      return new Operation.Reject(lease, reason);
    }

    @Override
    public Wish afterRollback() {
      return new Wish.GiveUp();
    }
  }
}
