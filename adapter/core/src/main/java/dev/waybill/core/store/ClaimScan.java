package dev.waybill.core.store;

import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.sql.Dialect;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Finds what is ready in one transaction, and leases it. */
final class ClaimScan {

  private static final int PROMOTED_AT_ONCE = 200;

  private final Dialect dialect;
  private final MessageRows messages;
  private final long ageingMicros;

  ClaimScan(Dialect dialect, MessageRows messages, long ageingMicros) {
    this.dialect = dialect;
    this.messages = messages;
    this.ageingMicros = ageingMicros;
  }

  /** One queue, and the key of the group that reads it. */
  record Source(QueueName queue, long groupId) {}

  /** Leases from one queue after the other, each getting an even share of what is still wanted. */
  List<LeasedMessage> claim(Sql sql, ClaimRequest request, List<Source> sources, Instant now) {
    List<LeasedMessage> claimed = new ArrayList<>();
    sources.forEach(source -> promote(sql, source.groupId(), now));
    for (int i = 0; i < sources.size() && claimed.size() < request.count(); i++) {
      int wanted = request.count() - claimed.size();
      int left = sources.size() - i;
      claimFrom(sql, request, sources.get(i), (wanted + left - 1) / left, now, claimed);
    }
    // What some queues left of their share goes to those that have more.
    for (int i = 0; i + 1 < sources.size() && claimed.size() < request.count(); i++) {
      claimFrom(sql, request, sources.get(i), request.count() - claimed.size(), now, claimed);
    }
    return claimed;
  }

  private void promote(Sql sql, long groupId, Instant now) {
    List<Long> due = dialect.lockDue(sql, groupId, Micros.of(now), PROMOTED_AT_ONCE);
    if (!due.isEmpty()) {
      sql.update(
          Statements.PROMOTE.formatted(Sql.marks(due.size())),
          Sql.arguments(List.of(ageingMicros, groupId), due));
    }
  }

  private void claimFrom(
      Sql sql,
      ClaimRequest request,
      Source source,
      int count,
      Instant now,
      List<LeasedMessage> claimed) {
    List<Row> ready = dialect.lockReady(sql, source.groupId(), count, request.ahead());
    if (ready.isEmpty()) {
      return;
    }
    List<Long> positions = ready.stream().map(row -> row.number(0)).toList();
    Map<Long, MessageData> data = messages.read(sql, source.queue(), positions);
    List<Lease> leases = new ArrayList<>();
    for (Row row : ready) {
      MessageData message = data.get(row.number(0));
      Lease lease =
          new Lease(
              UUID.randomUUID(),
              new DeliveryKey(message.position(), source.groupId()),
              source.queue(),
              message.id(),
              row.count(1) + 1,
              !request.ahead(),
              request.termId(),
              request.policy());
      leases.add(lease);
      claimed.add(new LeasedMessage(lease, message));
    }
    LeaseRows.insert(sql, leases, Micros.of(now));
    request
        .leaseLimit()
        .ifPresent(limit -> LeaseRows.insertLimits(sql, leases, Micros.of(now.plus(limit))));
    sql.update(
        Statements.MARK_LEASED.formatted(Sql.marks(positions.size())),
        Sql.arguments(List.of(request.ahead() ? 0 : 1, source.groupId()), positions));
  }
}
