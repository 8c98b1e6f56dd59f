package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.RunClock;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The claims of one process: where they begin, what is due, which blocks are over. */
final class Claims {

  private static final int PROMOTED_AT_ONCE = 200;
  private static final String DUE =
      "select position from wb_delivery where group_id = 1 and state = 'SCHEDULED'"
          + " and claim_rank <= ? order by group_id, state, claim_rank, position limit "
          + PROMOTED_AT_ONCE;
  private static final String PROMOTE =
      "update wb_delivery set state = 'READY',"
          + " claim_rank = available_at - priority * cast(60000000 as bigint)"
          + " where group_id = 1 and state = 'SCHEDULED' and position in (%s)";
  private static final String NEXT_DUE =
      "select claim_rank from wb_delivery where group_id = 1 and state = 'SCHEDULED'"
          + " order by group_id, state, claim_rank, position limit 1";
  private static final long LOWEST_RANK_OF_DUE = -9 * Rows.AGEING;

  private final Form form;
  private final Database.Product product;
  private final RunClock clock;
  private final ClaimStart start;
  private final Queue<UUID> ended = new ConcurrentLinkedQueue<>();
  private long nextDue = Long.MIN_VALUE;

  Claims(Form form, Database.Product product, RunClock clock, boolean remembered) {
    this.form = form;
    this.product = product;
    this.clock = clock;
    this.start = new ClaimStart(remembered);
  }

  ClaimStart start() {
    return start;
  }

  /** Claims ahead: a claim that is lost in a crash was not counted anyway. */
  List<Claimed> claim(Session session, int count) throws SQLException {
    session.beginRelaxed();
    List<Claimed> claimed = find(session, count);
    session.commitRelaxed();
    return claimed;
  }

  /** Claims so that the attempt is counted, whatever happens. */
  List<Claimed> claimCounted(Session session, int count) throws SQLException {
    List<Claimed> claimed = find(session, count);
    session.commit();
    return claimed;
  }

  private List<Claimed> find(Session session, int count) throws SQLException {
    promoteDue(session);
    removeEnded(session);
    long now = clock.micros();
    List<Claimed> claimed = new ArrayList<>();
    long from = start.begin();
    if (!start.mayBeHead()) {
      claimed.addAll(form.claim(session, from, count, now));
    }
    if (claimed.isEmpty() && start.mayBeHead()) {
      long before = System.nanoTime();
      claimed.addAll(form.claim(session, Long.MIN_VALUE, count, now));
      start.headScanned(before, System.nanoTime());
    }
    if (!claimed.isEmpty()) {
      start.reached(claimed.get(claimed.size() - 1).rank());
    }
    return claimed;
  }

  /** A message is over. */
  void isOver(Claimed claimed) {
    if (form.hasBlocks() && claimed.block().oneIsOver()) {
      ended.add(claimed.block().token());
    }
  }

  void removeEnded(Session session) throws SQLException {
    List<UUID> tokens = new ArrayList<>();
    for (UUID token = ended.poll(); token != null; token = ended.poll()) {
      tokens.add(token);
    }
    if (!tokens.isEmpty()) {
      form.removeBlocks(session, tokens);
    }
  }

  private synchronized void promoteDue(Session session) throws SQLException {
    long now = clock.micros();
    if (now < nextDue) {
      return;
    }
    boolean postgres = product == Database.Product.POSTGRESQL;
    List<Long> due =
        session.select(
            postgres ? DUE + " for update skip locked" : DUE, row -> row.getLong(1), now);
    if (!due.isEmpty()) {
      session.update(PROMOTE.formatted(Session.marks(due.size())), due.toArray());
      start.lower(now + LOWEST_RANK_OF_DUE);
    }
    if (due.size() < PROMOTED_AT_ONCE) {
      List<Long> next = session.select(NEXT_DUE, row -> row.getLong(1));
      nextDue = next.isEmpty() ? Long.MAX_VALUE : next.get(0);
    }
  }
}
