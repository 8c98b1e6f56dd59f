package dev.waybill.core.store;

import dev.waybill.core.model.Awaiter;
import dev.waybill.core.model.DeliveryKey;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.Transactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Leases and their blocks as rows. */
final class LeaseRows {

  private LeaseRows() {}

  /**
   * What one claim covered.
   *
   * @param token carried by those of its deliveries that are not over
   */
  record Block(UUID token, long groupId, List<Long> positions) {

    static Block read(Row row) {
      return new Block(
          row.uuid(0),
          row.number(1),
          Arrays.stream(row.text(2).split(",")).map(Long::valueOf).toList());
    }
  }

  /** Reads the columns that every query of leases begins with. */
  static Lease read(Row row) {
    boolean counted = row.flag(7);
    return new Lease(
        row.uuid(2),
        new DeliveryKey(row.number(0), row.number(1)),
        QueueName.parse(row.text(4)),
        row.uuid(5),
        row.count(6) + (counted ? 0 : 1),
        counted,
        row.uuid(3),
        RetryPolicy.decode(row.text(8)),
        row.isNull(9) ? "" : row.text(9),
        Micros.toInstant(row.number(10)),
        row.text(11),
        Awaiter.decode(row.text(12), row.text(13)));
  }

  /** Whether a lease is still on its delivery's row, which is locked then. */
  static boolean isOnRow(Sql sql, Lease lease) {
    return sql.selectOne(
            Statements.LOCK_HELD,
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token())
        .isPresent();
  }

  /**
   * Whether a transaction that leased, and whose COMMIT was lost, did commit. Found by the key and
   * not by the token, which is on the row for nobody else while it is still committing (rule C2).
   */
  static boolean wasMarked(Transactions transactions, Lease lease) {
    return transactions.repeatable(
        "look what became of the claim of message " + lease.messageId(),
        sql -> {
          transactions.boundAllWaits(sql);
          return sql.selectOne(
                  Statements.TOKEN_WAITED_FOR,
                  lease.delivery().position(),
                  lease.delivery().groupId())
              .filter(row -> !row.isNull(0) && row.uuid(0).equals(lease.token()))
              .isPresent();
        });
  }

  /** The leases of a block that are neither over nor in doubt. */
  static List<Lease> held(Sql sql, Block block) {
    return sql
        .select(
            Statements.LEASES_OF_BLOCK.formatted(Sql.marks(block.positions().size())),
            Sql.arguments(List.of(block.token(), block.groupId()), block.positions()))
        .stream()
        .map(LeaseRows::read)
        .toList();
  }

  /**
   * Removes a block if no delivery carries its token: then none ever will, because a token is given
   * out once, with its block, and only taken away afterwards.
   *
   * @return how many rows were removed
   */
  static int removeIfOver(Sql sql, Block block) {
    List<Object> arguments = new ArrayList<>(List.of(block.token(), block.groupId()));
    arguments.addAll(block.positions());
    arguments.add(block.token());
    return sql.update(
        Statements.DELETE_BLOCK_THAT_IS_OVER.formatted(Sql.marks(block.positions().size())),
        arguments.toArray());
  }

  /** As {@link #removeIfOver}, for many that are thought to be over. */
  static void removeOver(Sql sql, List<Block> blocks) {
    if (!blocks.isEmpty()) {
      List<UUID> tokens = blocks.stream().map(Block::token).toList();
      List<Long> positions = blocks.stream().flatMap(block -> block.positions().stream()).toList();
      sql.update(
          Statements.DELETE_BLOCKS_THAT_ARE_OVER.formatted(
              Sql.marks(tokens.size()), Sql.marks(positions.size())),
          Sql.arguments(tokens, positions));
    }
  }

  /** Moves the fixed end of a lease; false if it has none. */
  static boolean moveLimit(Sql sql, Lease lease, long expiresAt) {
    int moved =
        sql.update(
            Statements.MOVE_LIMIT,
            expiresAt,
            lease.delivery().position(),
            lease.delivery().groupId(),
            lease.token());
    return moved == 1;
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
