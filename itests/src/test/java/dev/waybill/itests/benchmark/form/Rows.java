package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.RunClock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tables that all forms share, and what is done with them alike. */
final class Rows {

  static final long GROUP = 1;
  static final long QUEUE = 1;
  static final long AGEING = 60_000_000L;

  /** What a claim reads, from {@code wb_delivery d} and {@code wb_message m}. */
  static final String READ = "d.position, m.id, m.body, d.claim_rank, d.key_id, d.epoch";

  private static final String MESSAGE_COLUMNS =
      "(position, id, queue_id, sent_at, content_type, body, priority, available_at)";
  private static final String FILL_MESSAGE =
      "insert into wb_message " + MESSAGE_COLUMNS + " values (?, ?, 1, ?, 'json', ?, ?, ?)";
  private static final String FILL_DELIVERY =
      "insert into wb_delivery (position, group_id, queue_id, state, available_at, claim_rank,"
          + " priority, attempts, claim_alone, epoch, key_id, link)"
          + " values (?, 1, 1, ?, ?, ?, ?, 0, false, 0, ?, ?)";

  private Rows() {}

  static List<String> tables(Database.Product product) {
    boolean postgres = product == Database.Product.POSTGRESQL;
    String body = postgres ? "bytea" : "varbinary(1048576)";
    List<String> tables = new ArrayList<>();
    tables.add("create sequence wb_position_seq start with 1 increment by 1");
    tables.add("create table wb_group (id bigint primary key, queue_id bigint not null)");
    tables.add("insert into wb_group values (1, 1)");
    tables.add(
        "create table wb_message (position bigint primary key, id uuid not null,"
            + " queue_id bigint not null, sent_at bigint not null, content_type varchar(8) not null,"
            + " body "
            + body
            + ", headers varchar(1000), priority smallint not null, correlation_id varchar(1000),"
            + " available_at bigint not null, branch_key varchar(300))");
    tables.add(
        "create table wb_ordering_key (group_id bigint not null, id bigint not null,"
            + " primary key (group_id, id))");
    return tables;
  }

  /** The delivery table without the index that claims use. */
  static List<String> deliveryTable(Database.Product product, String with) {
    boolean postgres = product == Database.Product.POSTGRESQL;
    return List.of(
        "create table wb_delivery (position bigint not null, group_id bigint not null,"
            + " queue_id bigint not null, state varchar(10) not null, available_at bigint not null,"
            + " claim_rank bigint not null, priority smallint not null, attempts int not null,"
            + " claim_alone boolean not null, lease_token uuid, branch_key varchar(300),"
            + " epoch int not null, key_id bigint, link bigint, primary key (position, group_id))"
            + (postgres ? with : ""),
        "create index wb_delivery_key on wb_delivery (group_id, key_id, link)"
            + (postgres ? " where key_id is not null" : ""));
  }

  /** The index that claims use, of rows that claims do not change. */
  static List<String> claimIndex(Database.Product product) {
    return product == Database.Product.POSTGRESQL
        ? List.of(
            "create index wb_delivery_claim on wb_delivery (group_id, claim_rank, position)"
                + " where state = 'READY'",
            "create index wb_delivery_due on wb_delivery (group_id, claim_rank, position)"
                + " where state = 'SCHEDULED'")
        : List.of(
            "create index wb_delivery_claim on wb_delivery (group_id, state, claim_rank, position)");
  }

  /** Attempts that are found by message. */
  static String attemptTable() {
    return "create table wb_attempt (position bigint not null, group_id bigint not null,"
        + " number int not null, message_id uuid not null, queue varchar(201) not null,"
        + " consumer varchar(500), started_at bigint, ended_at bigint not null,"
        + " outcome varchar(10) not null, error varchar(2000),"
        + " primary key (position, group_id, number))";
  }

  /** Writes a backlog as it is after its senders have committed. */
  static void fill(Session session, List<Item> backlog, RunClock clock) throws SQLException {
    long now = clock.micros();
    Set<Long> keys = new HashSet<>();
    List<Object[]> messages = new ArrayList<>(backlog.size());
    List<Object[]> deliveries = new ArrayList<>(backlog.size());
    List<Object[]> keyRows = new ArrayList<>();
    for (Item item : backlog) {
      long availableAt = now + item.delayMicros();
      messages.add(
          new Object[] {item.number(), item.id(), now, item.body(), item.priority(), availableAt});
      boolean head = item.key() == null || keys.add(item.key());
      if (item.key() != null && head) {
        keyRows.add(new Object[] {item.key()});
      }
      deliveries.add(
          new Object[] {
            item.number(),
            item.delayMicros() > 0 ? "SCHEDULED" : head ? "READY" : "BLOCKED",
            availableAt,
            item.delayMicros() > 0 ? availableAt : now - item.priority() * AGEING,
            item.priority(),
            item.key(),
            item.key() == null ? null : item.number()
          });
    }
    session.batch(FILL_MESSAGE, messages);
    session.batch(FILL_DELIVERY, deliveries);
    session.batch("insert into wb_ordering_key (group_id, id) values (1, ?)", keyRows);
    session.commit();
  }

  /** Reads the columns of {@link #READ}. */
  static Claimed claimed(ResultSet row, Block block) throws SQLException {
    return new Claimed(
        row.getLong(1),
        row.getObject(2, java.util.UUID.class),
        row.getBytes(3),
        row.getLong(4),
        (Long) row.getObject(5),
        row.getInt(6),
        block);
  }

  /** What is left of messages whose consumers have committed. */
  static long left(Session session) throws SQLException {
    return session.number(
        "select (select count(*) from wb_message) + (select count(*) from wb_delivery)"
            + " + (select count(*) from wb_lease)");
  }
}
