package dev.waybill.itests.benchmark.cases;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.adapter.AdapterTrial;
import dev.waybill.itests.benchmark.adapter.TwoXaDrivers;
import dev.waybill.itests.benchmark.adapter.Wiring;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.raw.PgSkip;
import dev.waybill.itests.benchmark.report.Report;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** T1 to T4, T8: the adapter itself on each commit path, beside what is written by hand. */
public final class Paths implements Case {

  @Override
  public String name() {
    return "paths";
  }

  @Override
  public void run(Settings settings, Databases databases, Report report) throws Exception {
    List<Item> items = Item.all(settings.messages(), Mix.PLAIN, settings.seed());
    for (Database database : databases.all()) {
      Database business = databases.business(database);
      for (Kind kind : Kind.values()) {
        boolean consuming = kind == Kind.CONSUME;
        List<Trial> trials = new ArrayList<>();
        trials.add(
            new StandardTrial(database, Forms.base(database), kind, items, settings.threads()));
        for (Wiring wiring : Wiring.values()) {
          trials.add(
              new AdapterTrial(wiring, database, business, consuming, items, settings.threads()));
        }
        if (database.product() == Database.Product.POSTGRESQL) {
          trials.add(
              new TwoXaDrivers(
                  database, business, new PgSkip(), consuming, items, settings.threads()));
        }
        report.results(
            "Paths: %s, %s".formatted(kind.name().toLowerCase(Locale.ROOT), database.name()),
            settings.newRounds().measure(trials));
      }
    }
  }
}
