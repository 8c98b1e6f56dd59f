package dev.waybill.ra.fake;

import dev.waybill.api.ContentType;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** Leased messages. */
public final class Samples {

  public static final QueueName QUEUE = QueueName.parse("app:orders");

  public static final Lease LEASE =
      new Lease(
          new UUID(1, 1),
          new DeliveryKey(7, 1),
          QUEUE,
          new UUID(2, 2),
          1,
          true,
          new UUID(3, 3),
          RetryPolicy.DEFAULT,
          "n1/bean",
          FakeStore.NOW,
          null,
          null);

  private Samples() {}

  public static LeasedMessage leased(ContentType type, String body) {
    return new LeasedMessage(LEASE, message(LEASE, type, body));
  }

  private static MessageData message(Lease lease, ContentType type, String body) {
    return new MessageData(
        lease.messageId(),
        QUEUE,
        lease.delivery().position(),
        FakeStore.NOW,
        type,
        body.getBytes(StandardCharsets.UTF_8),
        Map.of(),
        4,
        null,
        null,
        null,
        null,
        0);
  }

  public static LeasedMessage text(String body) {
    return leased(ContentType.TEXT, body);
  }

  /** One of several, with a lease and a token of its own. */
  public static LeasedMessage text(String body, int number) {
    Lease lease =
        new Lease(
            new UUID(1, 100 + number),
            new DeliveryKey(100 + number, 1),
            QUEUE,
            new UUID(2, 100 + number),
            1,
            true,
            LEASE.termId(),
            LEASE.policy(),
            LEASE.consumer(),
            LEASE.leasedAt(),
            null,
            null);
    return new LeasedMessage(lease, message(lease, ContentType.TEXT, body));
  }
}
