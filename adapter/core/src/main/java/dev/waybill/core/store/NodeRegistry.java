package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.TransactionManagerName;
import dev.waybill.core.model.StoreClock;
import dev.waybill.core.store.sql.Micros;
import dev.waybill.core.store.sql.Row;
import dev.waybill.core.store.sql.Sql;
import dev.waybill.core.store.sql.SqlFailure;
import dev.waybill.core.store.sql.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The nodes on one database: one row each, kept alive by beats and compared by the time of the
 * database, so that the clocks of nodes do not matter. A name belongs to one start of one node; a
 * start that stood still and lost its name prepares no branches until it has it back.
 */
final class NodeRegistry {

  /** How often a node says that it lives. */
  static final Duration BEAT = Duration.ofSeconds(1);

  /**
   * After this silence another start may take the name: four beats, so that a server that was
   * killed is up again when its process is.
   */
  static final Duration NAME_KEPT = BEAT.multipliedBy(4);

  /**
   * After this silence other nodes take over what a node left: much longer, because a node that
   * only stands still goes on afterwards.
   */
  static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

  private static final String OF_NAME =
      "select incarnation, seen_at from wb_node where id = ? for update";
  private static final String INSERT =
      "insert into wb_node (id, incarnation, process, seen_at, listening) values (?, ?, ?, ?, false)";
  private static final String TAKE =
      "update wb_node set incarnation = ?, process = ?, seen_at = ?, transaction_manager = null,"
          + " listening = false where id = ?";
  private static final String BEAT_ROW =
      "update wb_node set seen_at = ?, listening = ? where id = ? and incarnation = ?";
  private static final String LEAVE = "delete from wb_node where id = ? and incarnation = ?";
  private static final String LOCK = "select chore from wb_turn where chore = ? for update";
  private static final String NEW_LOCK =
      "insert into wb_turn (chore, node_id, next_at) values (?, ?, 0)";
  private static final String MANAGERS = "register transaction manager";
  private static final String OTHER_MANAGERS =
      "select id, transaction_manager from wb_node where id <> ? and process <> ? and seen_at > ?"
          + " and transaction_manager is not null order by id";
  private static final String SET_MANAGER =
      "update wb_node set transaction_manager = ? where id = ? and incarnation = ?";
  private static final String ALIVE = "select id, incarnation from wb_node where seen_at > ?";
  private static final String LISTENERS =
      "select count(*) from wb_node where listening = true and id <> ? and seen_at > ?";

  private final Transactions transactions;
  private final StoreClock clock;
  private final String node;
  private final String incarnation;
  private final String process;
  private volatile boolean listening;
  private volatile boolean othersListen;
  private volatile boolean nameLost;
  private volatile boolean left;
  private volatile Instant lastBeat = Instant.MIN;
  private volatile TransactionManagerName registered;
  private volatile TransactionManagerName refused;
  private String saidOverlap;

  NodeRegistry(Transactions transactions, StoreClock clock, StoreOptions options, String process) {
    this.transactions = transactions;
    this.clock = clock;
    this.node = options.nodeId();
    this.incarnation = options.incarnation();
    this.process = process;
  }

  /**
   * Takes the name of this node.
   *
   * @throws NodeNameTakenException if another start has it and may be alive
   */
  void join() {
    lastBeat = afterOthers(this::take);
    nameLost = false;
  }

  /** Does it again if another node was the first to write a row. */
  private <T> T afterOthers(Supplier<T> work) {
    try {
      return work.get();
    } catch (QueueException e) {
      if (transactions.failure(e) != SqlFailure.DUPLICATE) {
        throw e;
      }
      return work.get();
    }
  }

  /** Says when, by its row, this node was alive. */
  private Instant take() {
    return transactions.repeatable(
        "take the name of node " + node,
        sql -> {
          Instant now = clock.now();
          Optional<Row> row = sql.selectOne(OF_NAME, node);
          if (row.isEmpty()) {
            sql.update(INSERT, node, incarnation, process, Micros.of(now));
            return now;
          }
          Instant seen = Micros.toInstant(row.get().number(1));
          String holder = row.get().text(0);
          if (!holder.equals(incarnation) && now.isBefore(seen.plus(NAME_KEPT))) {
            Duration left = Duration.between(now, seen.plus(NAME_KEPT)).plusMillis(1);
            throw new NodeNameTakenException(node, holder, seen, left);
          }
          sql.update(TAKE, incarnation, process, Micros.of(now), node);
          return now;
        });
  }

  /** Tells the others that this node lives, and looks who else does. */
  void beat() {
    Optional<Instant> beaten =
        transactions.repeatable(
            "sign of life of node " + node,
            sql -> {
              Instant now = clock.now();
              int changed = sql.update(BEAT_ROW, Micros.of(now), listening, node, incarnation);
              othersListen =
                  sql.selectOne(LISTENERS, node, deadBefore()).orElseThrow().number(0) > 0;
              return Optional.of(now).filter(kept -> changed == 1);
            });
    if (beaten.isPresent()) {
      // Whoever was silent for so long may have lost its place to another transaction manager.
      if (lastBeat.isBefore(clock.now().minus(SIGN_OF_LIFE))) {
        registered = null;
      }
      // Not the present time: this node may have stood still since it wrote its row.
      lastBeat = beaten.get();
    } else if (!left) {
      regain();
    }
    // What stood in the way may be gone.
    refused = null;
  }

  private void regain() {
    registered = null;
    boolean news = !nameLost;
    nameLost = true;
    try {
      join();
      StoreLog.nodeNameBack(node);
    } catch (NodeNameTakenException e) {
      if (news) {
        StoreLog.nodeNameLost(e.getMessage());
      }
    }
  }

  /** This node stops. */
  void leave() {
    left = true;
    transactions.repeatable("leave of node " + node, sql -> sql.update(LEAVE, node, incarnation));
  }

  /** Whether other nodes are told of this one's messages: false before the first beat. */
  boolean othersListen() {
    return othersListen;
  }

  /** From the next beat on the others know that this node wants to be told. */
  void listening(boolean isListening) {
    listening = isListening;
  }

  private long deadBefore() {
    return Micros.of(clock.now().minus(SIGN_OF_LIFE));
  }

  /**
   * Those whose branches are not ours to decide: nodes that are alive, by name, without this one.
   */
  Set<String> aliveElsewhere(Sql sql) {
    Set<String> alive = new HashSet<>();
    for (Row row : sql.select(ALIVE, deadBefore())) {
      if (!row.text(0).equals(node)) {
        alive.add(row.text(0));
      }
    }
    return alive;
  }

  /** Another start that has taken our name and is alive. */
  Optional<String> successor(Sql sql) {
    return sql.select(ALIVE, deadBefore()).stream()
        .filter(row -> row.text(0).equals(node) && !row.text(1).equals(incarnation))
        .map(row -> row.text(1))
        .findFirst();
  }

  /**
   * Checks, before a branch is prepared, that the recovery of no other node would take it for its
   * own, and that none of ours would take theirs.
   *
   * @param name by which the transaction manager knows the branch
   * @throws QueueException {@code CONFLICT} with the fix; the branch must be rolled back
   */
  void admit(Optional<TransactionManagerName> name) {
    if (wasSilent()) {
      beatAgain();
    }
    if (nameLost) {
      throw nameTaken();
    }
    if (name.isEmpty() || name.get().equals(registered)) {
      return;
    }
    if (name.get().equals(refused)) {
      throw overlap(name.get(), "another node");
    }
    register(name.get());
  }

  private boolean wasSilent() {
    return !lastBeat.plus(NAME_KEPT).isAfter(clock.now());
  }

  /** After a standstill the first branch may come before the first beat. */
  private synchronized void beatAgain() {
    if (wasSilent()) {
      beat();
    }
  }

  private QueueException nameTaken() {
    return new QueueException(
        Kind.CONFLICT,
        "This server stood still, and another one took its node name \""
            + node
            + "\"; fix: give each server its own nodeName.");
  }

  private synchronized void register(TransactionManagerName name) {
    if (name.equals(registered)) {
      return;
    }
    Optional<Row> other = afterOthers(() -> firstOverlap(name));
    if (other.isEmpty()) {
      registered = name;
      saidOverlap = null;
      return;
    }
    refused = name;
    QueueException error =
        overlap(name, "node \"" + other.get().text(0) + "\" (\"" + other.get().text(1) + "\")");
    if (!error.getMessage().equals(saidOverlap)) {
      saidOverlap = error.getMessage();
      StoreLog.transactionManagersOverlap(saidOverlap);
    }
    throw error;
  }

  /** The node whose transaction manager is in the way; if there is none, ours is on record. */
  private Optional<Row> firstOverlap(TransactionManagerName name) {
    return transactions.repeatable(
        "register transaction manager " + name,
        sql -> {
          // So that of two that come at once the second sees the first. Not the rows of nodes: who
          // waits for that of one which stands still would keep others from beating.
          if (sql.selectOne(LOCK, MANAGERS).isEmpty()) {
            sql.update(NEW_LOCK, MANAGERS, node);
          }
          Optional<Row> overlapping =
              sql.select(OTHER_MANAGERS, node, process, deadBefore()).stream()
                  .filter(row -> name.overlaps(new TransactionManagerName(row.text(1))))
                  .findFirst();
          if (overlapping.isEmpty()
              && sql.update(SET_MANAGER, name.text(), node, incarnation) == 0) {
            throw nameTaken();
          }
          return overlapping;
        });
  }

  private static QueueException overlap(TransactionManagerName name, String other) {
    return new QueueException(
        Kind.CONFLICT,
        "The transaction manager of this server goes by \""
            + name
            + "\", and its recovery and that of "
            + other
            + " would undo each other's transactions: nothing is prepared; fix: give each server a"
            + " transaction-service property xa-servername of which none is the beginning of"
            + " another.");
  }
}
