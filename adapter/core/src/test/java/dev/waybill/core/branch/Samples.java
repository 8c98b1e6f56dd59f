package dev.waybill.core.branch;

import dev.waybill.api.ContentType;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import javax.transaction.xa.Xid;

/** Values that tests of branches need. */
final class Samples {

  static final QueueName ORDERS = QueueName.parse("app:orders");
  static final QueueName DEAD_LETTERS = QueueName.parse("app:orders-dlq");
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  static final Lease LEASE =
      new Lease(
          new UUID(1, 1),
          new DeliveryKey(7, 1),
          ORDERS,
          new UUID(2, 2),
          1,
          true,
          new UUID(3, 3),
          RetryPolicy.of(Optional.empty(), OptionalInt.empty(), Optional.of(DEAD_LETTERS)),
          "n1/bean",
          NOW,
          null);

  /** One array, so that equal messages are equal. */
  private static final byte[] BODY = {1};

  private Samples() {}

  static Operation send(String text) {
    return send(ORDERS, text);
  }

  static Operation send(QueueName queue, String text) {
    return new Enqueue(
        new NewMessage(
            UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)),
            queue,
            NOW,
            ContentType.TEXT,
            BODY,
            Map.of(),
            4,
            null,
            NOW,
            null,
            null,
            null));
  }

  static Xid xid(int number) {
    return new BranchId(7, "0a" + String.format("%02x", number), "0b").toXid();
  }

  static BranchId id(int number) {
    return BranchId.of(xid(number));
  }
}
