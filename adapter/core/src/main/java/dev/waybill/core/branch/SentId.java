package dev.waybill.core.branch;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import java.util.Comparator;

/**
 * The deduplication id of a send.
 *
 * @param queue where it counts
 * @param id as the application gave it
 */
public record SentId(QueueName queue, String id) {

  /** One order for all who lock several, so that they do not wait in a circle. */
  public static final Comparator<SentId> ORDER =
      Comparator.comparing((SentId sent) -> sent.queue().toString()).thenComparing(SentId::id);

  /** That of a message; null if it has none. */
  public static SentId of(NewMessage message) {
    return message.deduplication() == null
        ? null
        : new SentId(message.queue(), message.deduplication().id());
  }

  /**
   * What another sender is told while the first is undecided.
   *
   * @param cause may be null
   */
  public QueueException undecided(Throwable cause) {
    return new QueueException(
        QueueException.Kind.UNAVAILABLE,
        "The deduplication id \""
            + id
            + "\" of queue "
            + queue
            + " is in use by a transaction that is open or in doubt, so whether its message will be"
            + " sent is not known yet. Nothing was sent. Send again once that transaction has ended;"
            + " if it is in doubt, the recovery of its transaction manager decides it.",
        cause);
  }
}
