package dev.waybill.itests.benchmark.cases;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.measure.Sample;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.work.BusinessRows;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Race;
import java.util.ArrayList;
import java.util.List;

/** The standard work of one contestant. */
final class StandardTrial implements Trial {

  private final Database database;
  private final Contestant contestant;
  private final Kind kind;
  private final List<Item> items;
  private final int threads;

  StandardTrial(
      Database database, Contestant contestant, Kind kind, List<Item> items, int threads) {
    this.database = database;
    this.contestant = contestant;
    this.kind = kind;
    this.items = items;
    this.threads = threads;
  }

  @Override
  public String name() {
    return contestant.name();
  }

  /** Empty tables of the contestant and of the application. */
  static void reset(Database database, Contestant contestant) throws Exception {
    List<String> tables = new ArrayList<>(BusinessRows.tables());
    tables.addAll(contestant.tables(database.product()));
    database.reset(tables);
  }

  @Override
  public Sample run() throws Exception {
    reset(database, contestant);
    boolean consuming = kind == Kind.CONSUME;
    try (Contestant.Attempt attempt = contestant.open(database, consuming ? items : List.of())) {
      database.settle();
      Race race = new Race(database, threads);
      Sample sample =
          consuming ? race.consume(attempt, items.size()) : race.produce(attempt, items);
      requireDone(consuming ? "ledger" : "orders");
      long left = attempt.left();
      if (consuming ? left != 0 : left < items.size()) {
        throw new IllegalStateException(name() + " leaves " + left + " rows in the queue");
      }
      return sample;
    }
  }

  private void requireDone(String table) throws Exception {
    try (Session session = database.open()) {
      long rows = session.number("select count(*) from " + table);
      if (rows != items.size()) {
        throw new IllegalStateException(
            name() + ": " + rows + " rows in " + table + " of " + items.size());
      }
    }
  }
}
