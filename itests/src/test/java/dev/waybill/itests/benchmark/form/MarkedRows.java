package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Form 2: a claim marks the delivery rows with its token, in a column of no index (a HOT update on
 * PostgreSQL), and writes one lease row for all of them.
 */
final class MarkedRows implements Form {

  private static final String CANDIDATES =
      "select position from wb_delivery where group_id = 1 and state = 'READY'"
          + " and claim_rank >= ? and lease_token is null"
          + " order by group_id, state, claim_rank, position limit ?";
  private static final String LEASE_COLUMNS =
      "(token, term_id, group_id, queue, policy, leased_at, counted, positions)";
  private static final String INSERT_LEASE =
      "insert into wb_lease "
          + LEASE_COLUMNS
          + " values (?, ?, 1, 'orders:placed', '10 attempts',"
          + " ?, false, ?)";
  private static final String CLAIM_IN_ONE =
      "with c as (select position from wb_delivery where group_id = 1 and state = 'READY'"
          + " and claim_rank >= ? and lease_token is null order by claim_rank, position limit ?"
          + " for update skip locked), d as (update wb_delivery d set lease_token = ? from c"
          + " where d.group_id = 1 and d.position = c.position"
          + " returning d.position, d.claim_rank, d.key_id, d.epoch),"
          + " l as (insert into wb_lease "
          + LEASE_COLUMNS
          + " select ?, ?, 1, 'orders:placed', '10 attempts', ?, false,"
          + " string_agg(position::text, ',') from c having count(*) > 0)"
          + " select "
          + Rows.READ
          + " from d join wb_message m on m.position = d.position"
          + " order by d.claim_rank, d.position";

  private final boolean postgres;
  private final Settling settling;

  MarkedRows(Database.Product product, Settling settling) {
    this.postgres = product == Database.Product.POSTGRESQL;
    this.settling = settling;
  }

  static Settling settling(Database.Product product, boolean history, boolean removal) {
    return new Settling(
        "lease_token = ? and state = 'READY'",
        product == Database.Product.POSTGRESQL,
        history,
        removal);
  }

  @Override
  public String name() {
    return "2 marked rows";
  }

  @Override
  public boolean hasBlocks() {
    return true;
  }

  @Override
  public List<String> tables(Database.Product product) {
    List<String> tables = new ArrayList<>(Rows.deliveryTable(product, " with (fillfactor = 70)"));
    tables.addAll(Rows.claimIndex(product));
    tables.add(
        "create table wb_lease (token uuid primary key, term_id uuid not null,"
            + " group_id bigint not null, queue varchar(201) not null,"
            + " policy varchar(1000) not null, leased_at bigint not null, counted boolean not null,"
            + " positions varchar(2200) not null)");
    tables.add("create index wb_lease_by_term on wb_lease (term_id)");
    tables.add(Rows.attemptTable());
    return tables;
  }

  @Override
  public List<Claimed> claim(Session session, long fromRank, int count, long now)
      throws SQLException {
    Block block = new Block(now);
    List<Claimed> claimed =
        postgres
            ? session.select(
                CLAIM_IN_ONE,
                row -> Rows.claimed(row, block),
                fromRank,
                count,
                block.token(),
                block.token(),
                new UUID(0, 1),
                now)
            : claimStepwise(session, fromRank, count, block);
    block.holds(claimed.size());
    return claimed;
  }

  private static List<Claimed> claimStepwise(Session session, long fromRank, int count, Block block)
      throws SQLException {
    List<Long> candidates =
        session.select(CANDIDATES, row -> row.getLong(1), fromRank, Math.max(16, count));
    List<Long> positions =
        Locking.byKey(session, "state = 'READY' and lease_token is null", candidates, count);
    if (positions.isEmpty()) {
      return List.of();
    }
    String marks = Session.marks(positions.size());
    List<Object> arguments = new ArrayList<>(List.of(block.token()));
    arguments.addAll(positions);
    session.update(
        "update wb_delivery set lease_token = ? where group_id = 1 and position in (" + marks + ")",
        arguments.toArray());
    session.update(
        INSERT_LEASE,
        block.token(),
        new UUID(0, 1),
        block.leasedAt(),
        positions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    return session.select(
        "select "
            + Rows.READ
            + " from wb_delivery d join wb_message m on m.position = d.position"
            + " where d.group_id = 1 and d.position in ("
            + marks
            + ") order by d.claim_rank, d.position",
        row -> Rows.claimed(row, block),
        positions.toArray());
  }

  @Override
  public boolean settle(Session session, Claimed claimed, long now) throws SQLException {
    return settling.settle(session, claimed, claimed.block().token(), now);
  }
}
