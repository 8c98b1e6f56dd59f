package dev.waybill.itests.orders;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * What the two databases say when no server runs: the effects of each order, and what the queue
 * still holds.
 *
 * @param orders all orders
 * @param shipped orders that are SHIPPED
 * @param failed orders that are FAILED
 * @param failedWrongly orders that are FAILED although their article is in the catalogue
 * @param lost acknowledged orders that are not there, orders without an end, ended orders that lack
 *     an effect
 * @param doubled effects beyond the first of an order, shipments and surveys of orders that are not
 *     shipped, and stock that was moved more than once
 * @param outOfOrder orders that were reserved before one that their customer had placed earlier
 * @param completedTwice completions beyond the first of a message
 * @param twoPhaseBranches branches of the queue that were ever prepared or committed on their own
 * @param inDoubt branches in doubt, of the queue and of the application's database, and committed
 *     ones that were not released
 * @param undelivered deliveries the queue still owes, whatever their state
 * @param messages messages the queue still keeps
 */
public record Ledger(
    long orders,
    long shipped,
    long failed,
    long failedWrongly,
    long lost,
    long doubled,
    long outOfOrder,
    long completedTwice,
    long twoPhaseBranches,
    long inDoubt,
    long undelivered,
    long messages) {

  private static final String UNSETTLED = "orders o where o.status not in ('SHIPPED', 'FAILED')";
  private static final String RESERVATIONS =
      "(select count(*) from reservation r where r.order_id = o.id and not r.released)";
  private static final String SHIPMENTS =
      "(select count(*) from shipment s where s.order_id = o.id)";
  private static final String SURVEYS = "(select count(*) from survey s where s.order_id = o.id)";
  private static final String SHIPPED_WITHOUT =
      "orders o where o.status = 'SHIPPED' and ("
          + RESERVATIONS
          + " = 0 or "
          + SHIPMENTS
          + " = 0 or "
          + SURVEYS
          + " = 0)";
  private static final String EFFECTS_TOO_MANY =
      "select coalesce(sum(greatest("
          + RESERVATIONS
          + " - case o.status when 'FAILED' then 0 else 1 end, 0) + greatest("
          + SHIPMENTS
          + " - case o.status when 'FAILED' then 0 else 1 end, 0) + greatest("
          + SURVEYS
          + " - case o.status when 'SHIPPED' then 1 else 0 end, 0)), 0) from orders o";
  private static final String OUT_OF_ORDER =
      "(select r.reserved_at, lag(r.reserved_at) over"
          + " (partition by o.customer order by o.placed_at, r.reserved_at) as earlier"
          + " from reservation r join orders o on o.id = r.order_id)"
          + " where reserved_at < earlier";
  private static final String COMPLETED_TWICE =
      "select count(*) - count(distinct (message_id, group_id)) from wb_attempt"
          + " where outcome = 'COMPLETED'";
  private static final String STOCK_MOVED_WRONGLY =
      "article a where a.stock <> case a.code when 'A-900' then 10 else 1000000 end"
          + " - (select coalesce(sum(r.quantity), 0) from reservation r"
          + " where r.article = a.code and not r.released)";

  /**
   * Reads the books.
   *
   * @param path which databases there are
   * @param directory where they are
   * @param acknowledged numbers of orders that a client was told are placed
   */
  public static Ledger read(CommitPath path, Path directory, Collection<Long> acknowledged) {
    try (H2File application = H2File.copyOf(path.applicationDatabase(directory));
        H2File queue = H2File.copyOf(path.queueDatabase(directory))) {
      return new Ledger(
          application.count("orders"),
          application.count("orders where status = 'SHIPPED'"),
          application.count("orders where status = 'FAILED'"),
          application.count(
              "orders where status = 'FAILED' and article in (select code from article)"),
          missing(application, acknowledged)
              + application.count(UNSETTLED)
              + application.count(SHIPPED_WITHOUT),
          application.number(EFFECTS_TOO_MANY) + application.count(STOCK_MOVED_WRONGLY),
          application.count(OUT_OF_ORDER),
          queue.number(COMPLETED_TWICE),
          queue.count("wb_branch"),
          application.count("information_schema.in_doubt")
              + queue.count("wb_branch where state in ('PREPARED', 'COMMITTED_UNRELEASED')"),
          queue.count("wb_delivery"),
          queue.count("wb_message"));
    }
  }

  /** How many branches of the queue are in doubt. */
  public static long branchesInDoubt(CommitPath path, Path directory) {
    try (H2File queue = H2File.copyOf(path.queueDatabase(directory))) {
      return queue.count("wb_branch where state = 'PREPARED'");
    }
  }

  /** How many attempts ended because their lease ran out. */
  public static long expiredAttempts(CommitPath path, Path directory) {
    try (H2File queue = H2File.copyOf(path.queueDatabase(directory))) {
      return queue.count("wb_attempt where outcome = 'EXPIRED'");
    }
  }

  private static long missing(H2File application, Collection<Long> acknowledged) {
    if (acknowledged.isEmpty()) {
      return 0;
    }
    String numbers = acknowledged.stream().map(Object::toString).collect(Collectors.joining(","));
    return acknowledged.size() - application.count("orders where id in (" + numbers + ")");
  }
}
