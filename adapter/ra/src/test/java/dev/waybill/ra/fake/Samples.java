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
          null);

  private Samples() {}

  public static LeasedMessage leased(ContentType type, String body) {
    return new LeasedMessage(
        LEASE,
        new MessageData(
            LEASE.messageId(),
            QUEUE,
            7,
            FakeStore.NOW,
            type,
            body.getBytes(StandardCharsets.UTF_8),
            Map.of(),
            4,
            null,
            null,
            null,
            null,
            0));
  }

  public static LeasedMessage text(String body) {
    return leased(ContentType.TEXT, body);
  }
}
