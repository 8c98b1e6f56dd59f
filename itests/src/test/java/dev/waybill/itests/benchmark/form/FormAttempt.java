package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.RunClock;
import java.sql.SQLException;
import java.util.List;

/** A form at work, as one process would use it. */
final class FormAttempt implements Contestant.Attempt {

  private final Database database;
  private final Form form;
  private final Options options;
  private final RunClock clock;
  private final Claims claims;
  private final ReadAhead ahead;
  private final Batcher<Keys.Change> keys;
  private final Batcher<Claimed> later;
  private final boolean putsOff;
  private boolean consuming;
  private boolean finished;

  FormAttempt(Database database, Form form, Settling settling, Options options, RunClock clock)
      throws SQLException {
    this.database = database;
    this.form = form;
    this.options = options;
    this.clock = clock;
    this.claims = new Claims(form, database.product(), clock, options.remembered());
    this.ahead = new ReadAhead(claims, database.open(), options.block());
    Keys lines = new Keys(database.product());
    this.keys =
        new Batcher<>(
            "keys",
            database,
            (session, changes) -> {
              List<Long> ready = lines.advance(session, changes, clock.micros());
              return () -> becameReady(ready);
            });
    this.later =
        new Batcher<>(
            "later",
            database,
            (session, settled) -> {
              settling.catchUp(session, settled, clock.micros());
              return () -> {};
            });
    this.putsOff = options.later() && !settling.isComplete();
  }

  private void becameReady(List<Long> ranks) {
    ranks.forEach(claims.start()::lower);
    ahead.signal();
  }

  @Override
  public void start() {
    clock.start();
    if (consuming && options.block() > 1) {
      ahead.start();
    }
  }

  private void handle(Session session, Claimed claimed) throws SQLException {
    BusinessRows.book(session, claimed.position(), claimed.body());
    if (!form.settle(session, claimed, clock.micros())) {
      throw new IllegalStateException("The lease of " + claimed.position() + " was lost");
    }
    session.commit();
    claims.isOver(claimed);
    if (claimed.key() != null) {
      keys.add(new Keys.Change(claimed.key(), false));
    }
    if (putsOff) {
      later.add(claimed);
    }
  }

  @Override
  public Contestant.Consumer consumer() throws SQLException {
    consuming = true;
    Session session = database.open();
    return options.block() > 1 ? new FromAhead(session) : new ForItself(session, database.open());
  }

  /** Takes what was leased ahead. */
  private final class FromAhead implements Contestant.Consumer {
    private final Session session;

    FromAhead(Session session) {
      this.session = session;
    }

    @Override
    public boolean handleOne() throws SQLException, InterruptedException {
      Claimed next = ahead.take();
      if (next != null) {
        handle(session, next);
      }
      return next != null;
    }

    @Override
    public void close() throws SQLException {
      session.close();
    }
  }

  /** Leases one message, counted in the claim's own commit, and handles it. */
  private final class ForItself implements Contestant.Consumer {
    private final Session session;
    private final Session claiming;

    ForItself(Session session, Session claiming) {
      this.session = session;
      this.claiming = claiming;
    }

    @Override
    public boolean handleOne() throws SQLException {
      List<Claimed> next = claims.claimCounted(claiming, 1);
      if (!next.isEmpty()) {
        handle(session, next.get(0));
      }
      return !next.isEmpty();
    }

    @Override
    public void close() throws SQLException {
      session.close();
      claiming.close();
    }
  }

  @Override
  public Contestant.Producer producer() throws SQLException {
    Session session = database.open();
    Sending sending = new Sending(database.product(), options.sendInOne());
    return new Contestant.Producer() {
      @Override
      public void send(Item item) throws SQLException {
        BusinessRows.place(session, item);
        sending.send(session, item, clock.micros());
        session.commit();
        if (item.key() != null) {
          keys.add(new Keys.Change(item.key(), true));
        }
      }

      @Override
      public void close() throws SQLException {
        session.close();
      }
    };
  }

  @Override
  public void finish() throws InterruptedException, SQLException {
    finished = true;
    keys.end();
    later.end();
    ahead.end();
  }

  @Override
  public long left() throws SQLException {
    try (Session session = database.open()) {
      return Rows.left(session);
    }
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
