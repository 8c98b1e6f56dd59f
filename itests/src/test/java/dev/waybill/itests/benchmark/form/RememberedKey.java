package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Form 3: a claim writes one lease row that lists what it covers, and nothing on the delivery rows.
 * Claims of a group take turns under the lock of its row and leave out what live blocks cover; a
 * block that dies raises the epoch of its rows, which is what settlements are fenced by.
 */
final class RememberedKey implements Form {

  private static final String LOCK_GROUP = "select id from wb_group where id = 1 for update";
  private static final String LEASE_COLUMNS =
      "(token, term_id, group_id, queue, policy, leased_at, counted, positions)";
  private static final String CLAIM_IN_ONE =
      "with d as (select position, claim_rank, key_id, epoch from wb_delivery where group_id = 1"
          + " and state = 'READY' and claim_rank >= ? and position <> all (array("
          + "select p::bigint from wb_lease, unnest(string_to_array(positions, ',')) p"
          + " where group_id = 1)) order by claim_rank, position limit ?),"
          + " l as (insert into wb_lease "
          + LEASE_COLUMNS
          + " select ?, ?, 1, 'orders:placed', '10 attempts', ?, false,"
          + " string_agg(position::text, ',') from d having count(*) > 0)"
          + " select "
          + Rows.READ
          + " from d join wb_message m on m.position = d.position"
          + " order by d.claim_rank, d.position";

  private final boolean postgres;
  private final Settling settling;

  RememberedKey(Database.Product product, Settling settling) {
    this.postgres = product == Database.Product.POSTGRESQL;
    this.settling = settling;
  }

  static Settling settling(Database.Product product, boolean history, boolean removal) {
    return new Settling(
        "epoch = ? and state = 'READY'", product == Database.Product.POSTGRESQL, history, removal);
  }

  @Override
  public String name() {
    return "3 remembered key";
  }

  @Override
  public boolean hasBlocks() {
    return true;
  }

  @Override
  public List<String> tables(Database.Product product) {
    List<String> tables = new ArrayList<>(Rows.deliveryTable(product, ""));
    tables.addAll(Rows.claimIndex(product));
    tables.add(
        "create table wb_lease (token uuid primary key, term_id uuid not null,"
            + " group_id bigint not null, queue varchar(201) not null,"
            + " policy varchar(1000) not null, leased_at bigint not null, counted boolean not null,"
            + " positions varchar(2200) not null)");
    tables.add("create index wb_lease_by_term on wb_lease (term_id)");
    tables.add("create index wb_lease_by_group on wb_lease (group_id)");
    tables.add(Rows.attemptTable());
    return tables;
  }

  @Override
  public List<Claimed> claim(Session session, long fromRank, int count, long now)
      throws SQLException {
    Block block = new Block(now);
    session.number(LOCK_GROUP);
    List<Claimed> claimed =
        postgres
            ? session.select(
                CLAIM_IN_ONE,
                row -> Rows.claimed(row, block),
                fromRank,
                count,
                block.token(),
                new UUID(0, 1),
                now)
            : claimStepwise(session, fromRank, count, block);
    block.holds(claimed.size());
    return claimed;
  }

  private static List<Claimed> claimStepwise(Session session, long fromRank, int count, Block block)
      throws SQLException {
    Set<Long> covered = new HashSet<>();
    session
        .select("select positions from wb_lease where group_id = 1", row -> row.getString(1))
        .forEach(list -> Arrays.stream(list.split(",")).map(Long::valueOf).forEach(covered::add));
    List<Long> positions =
        session
            .select(
                "select position from wb_delivery where group_id = 1 and state = 'READY'"
                    + " and claim_rank >= ? order by group_id, state, claim_rank, position limit ?",
                row -> row.getLong(1),
                fromRank,
                count + covered.size())
            .stream()
            .filter(position -> !covered.contains(position))
            .limit(count)
            .toList();
    if (positions.isEmpty()) {
      return List.of();
    }
    session.update(
        "insert into wb_lease "
            + LEASE_COLUMNS
            + " values (?, ?, 1, 'orders:placed', '10 attempts', ?, false, ?)",
        block.token(),
        new UUID(0, 1),
        block.leasedAt(),
        positions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    return session.select(
        "select "
            + Rows.READ
            + " from wb_delivery d join wb_message m on m.position = d.position"
            + " where d.group_id = 1 and d.position in ("
            + Session.marks(positions.size())
            + ") order by d.claim_rank, d.position",
        row -> Rows.claimed(row, block),
        positions.toArray());
  }

  @Override
  public boolean settle(Session session, Claimed claimed, long now) throws SQLException {
    return settling.settle(session, claimed, claimed.epoch(), now);
  }
}
