package dev.waybill.itests.benchmark.raw;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import java.sql.SQLException;
import java.util.List;

/**
 * The base of every ratio on PostgreSQL: JDBC written by hand, one transaction a message, {@code
 * delete … (select … for update skip locked limit 1) returning}. It knows neither delays nor
 * priorities nor keys, so it handles what it is given in order.
 */
public final class PgSkip implements Contestant {

  private static final String TAKE =
      "delete from queue where id = (select id from queue order by id for update skip locked"
          + " limit 1) returning id, body";
  private static final String PUT = "insert into queue (body) values (?)";

  @Override
  public String name() {
    return "pg-skip";
  }

  @Override
  public List<String> tables(Database.Product product) {
    return List.of("create table queue (id bigserial primary key, body bytea not null)");
  }

  @Override
  public Attempt open(Database database, List<Item> backlog) throws SQLException {
    try (Session session = database.open()) {
      session.batch(PUT, RawQueue.bodies(backlog));
      session.commit();
    }
    return new RawQueue(database) {
      @Override
      boolean handleOne(Session session) throws SQLException {
        List<Taken> taken = session.select(TAKE, row -> new Taken(row.getLong(1), row.getBytes(2)));
        if (taken.isEmpty()) {
          session.rollback();
          return false;
        }
        BusinessRows.book(session, taken.get(0).id(), taken.get(0).body());
        session.commit();
        return true;
      }
    };
  }
}
