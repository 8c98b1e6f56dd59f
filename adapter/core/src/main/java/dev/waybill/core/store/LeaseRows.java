package dev.waybill.core.store;

import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Leases as rows. */
final class LeaseRows {

  private LeaseRows() {}

  /** Reads the columns that every query of leases begins with. */
  static Lease read(Row row) {
    return new Lease(
        row.uuid(2),
        new DeliveryKey(row.number(0), row.number(1)),
        QueueName.parse(row.text(4)),
        row.uuid(5),
        row.count(6),
        row.flag(7),
        row.uuid(3),
        RetryPolicy.decode(row.text(8)));
  }

  /** Writes the leases of one claim. */
  static void insert(Sql sql, List<Lease> leases, long now) {
    List<Object> arguments = new ArrayList<>();
    for (Lease lease : leases) {
      arguments.add(lease.delivery().position());
      arguments.add(lease.delivery().groupId());
      arguments.add(lease.token());
      arguments.add(lease.termId());
      arguments.add(lease.queue().toString());
      arguments.add(lease.messageId());
      arguments.add(lease.attempt());
      arguments.add(lease.counted());
      arguments.add(lease.policy().encode());
      arguments.add(now);
    }
    String marks = String.join(", ", Collections.nCopies(leases.size(), Statements.LEASE_MARKS));
    sql.update(Statements.INSERT_LEASES + marks, arguments.toArray());
  }

  /** Writes the fixed ends of leases. */
  static void insertLimits(Sql sql, List<Lease> leases, long expiresAt) {
    List<Object> arguments = new ArrayList<>();
    for (Lease lease : leases) {
      arguments.add(lease.token());
      arguments.add(lease.delivery().position());
      arguments.add(lease.delivery().groupId());
      arguments.add(expiresAt);
    }
    String marks = String.join(", ", Collections.nCopies(leases.size(), Statements.LIMIT_MARKS));
    sql.update(Statements.INSERT_LIMITS + marks, arguments.toArray());
  }
}
