package dev.waybill.itests.benchmark.raw;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import java.sql.SQLException;
import java.util.List;

/** A table {@code queue (id, body)} used by hand. */
abstract class RawQueue implements Contestant.Attempt {

  final Database database;

  RawQueue(Database database) {
    this.database = database;
  }

  /** A message. */
  record Taken(long id, byte[] body) {}

  static List<Object[]> bodies(List<Item> items) {
    return items.stream().map(item -> new Object[] {item.body()}).toList();
  }

  abstract boolean handleOne(Session session) throws SQLException;

  @Override
  public void start() throws SQLException {}

  @Override
  public Contestant.Consumer consumer() throws SQLException {
    Session session = database.open();
    return new Contestant.Consumer() {
      @Override
      public boolean handleOne() throws SQLException {
        return RawQueue.this.handleOne(session);
      }

      @Override
      public void close() throws SQLException {
        session.close();
      }
    };
  }

  @Override
  public Contestant.Producer producer() throws SQLException {
    Session session = database.open();
    return new Contestant.Producer() {
      @Override
      public void send(Item item) throws SQLException {
        BusinessRows.place(session, item);
        session.update("insert into queue (body) values (?)", (Object) item.body());
        session.commit();
      }

      @Override
      public void close() throws SQLException {
        session.close();
      }
    };
  }

  @Override
  public void finish() {}

  @Override
  public long left() throws SQLException {
    try (Session session = database.open()) {
      return session.number("select count(*) from queue");
    }
  }

  @Override
  public void close() {}
}
