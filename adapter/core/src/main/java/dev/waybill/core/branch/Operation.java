package dev.waybill.core.branch;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** One thing a transaction does to the queue. */
public sealed interface Operation {

  /** The queue it concerns. */
  QueueName queue();

  /**
   * Add a message.
   *
   * @param message a checked and encoded message
   */
  record Enqueue(NewMessage message) implements Operation {
    /** Checks that no part is missing. */
    public Enqueue {
      Objects.requireNonNull(message, "message");
    }

    @Override
    public QueueName queue() {
      return message.queue();
    }
  }

  /**
   * Record how far a group has come in the stream of a producer. In two-phase commits it goes with
   * the settlement of the same lease, which the branch must hold, too.
   *
   * @param lease of the message
   * @param producerId whose stream it is of
   * @param sequence its number in the stream
   */
  record Mark(Lease lease, String producerId, long sequence) implements Operation {
    /** Checks that no part is missing. */
    public Mark {
      Objects.requireNonNull(lease, "lease");
      Objects.requireNonNull(producerId, "producerId");
    }

    @Override
    public QueueName queue() {
      return lease.queue();
    }
  }

  /** End a lease. Carried out only while the lease's token is still on the delivery's row. */
  sealed interface Settlement extends Operation {

    /** The lease to end. */
    Lease lease();

    @Override
    default QueueName queue() {
      return lease().queue();
    }
  }

  /**
   * The message is done.
   *
   * @param lease the lease to end
   * @param response JSON for the sender who waits; null if there is none, or nobody waits
   */
  record Complete(Lease lease, String response) implements Settlement {
    /** Checks that no part is missing. */
    public Complete {
      Objects.requireNonNull(lease, "lease");
    }

    /** Without a response. */
    public Complete(Lease lease) {
      this(lease, null);
    }
  }

  /**
   * The consumer asks for another attempt; on the last one the lease's policy dead-letters.
   *
   * @param lease the lease to end
   * @param delay replaces the delay of the lease's policy
   */
  record Retry(Lease lease, Optional<Duration> delay) implements Settlement {
    /** Checks that no part is missing. */
    public Retry {
      Objects.requireNonNull(lease, "lease");
      Objects.requireNonNull(delay, "delay");
    }
  }

  /**
   * The consumer gives the message up.
   *
   * @param lease the lease to end
   * @param reason for the people who will look at it
   */
  record Reject(Lease lease, String reason) implements Settlement {
    /** Checks that no part is missing. */
    public Reject {
      Objects.requireNonNull(lease, "lease");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
