package dev.waybill.itests.benchmark.cases;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.adapter.AdapterBacklog;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.measure.Median;
import dev.waybill.itests.benchmark.measure.Sample;
import dev.waybill.itests.benchmark.report.Report;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import dev.waybill.itests.benchmark.work.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** T10: what a message costs in front of many others, against one in front of a thousand. */
public final class Depth implements Case {

  private static final int SHALLOW = 1_000;
  private static final int TIMES = 4;

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public void run(Settings settings, Databases databases, Report report) throws Exception {
    for (Database database : databases.all()) {
      List<Contestant> contestants = new ArrayList<>(List.of(Forms.base(database)));
      contestants.addAll(Forms.forms());
      List<List<String>> rows = new ArrayList<>();
      for (Contestant contestant : contestants) {
        rows.add(
            measure(
                settings,
                contestant.name(),
                backlog -> take(settings, database, contestant, backlog)));
      }
      rows.add(
          measure(
              settings,
              AdapterBacklog.NAME,
              backlog -> {
                try (AdapterBacklog adapter =
                    new AdapterBacklog(database, backlog, settings.threads())) {
                  return adapter.handle(handled(backlog));
                }
              }));
      report.table(
          "Depth (T10): %s, %,d ready against %,d"
              .formatted(database.name(), settings.depth(), SHALLOW),
          List.of("contestant", "cost a message, deep / shallow", "shallow /s", "deep /s"),
          rows);
    }
  }

  /** Handles some messages in front of others. */
  private interface Taker {
    Sample take(List<Item> backlog) throws Exception;
  }

  private static List<String> measure(Settings settings, String name, Taker taker)
      throws Exception {
    List<Item> few = Item.all(SHALLOW, Mix.PLAIN, settings.seed());
    List<Item> many = Item.all(settings.depth(), Mix.PLAIN, settings.seed());
    List<Double> ratios = new ArrayList<>();
    List<Double> shallowRates = new ArrayList<>();
    List<Double> deepRates = new ArrayList<>();
    taker.take(few);
    for (int round = 0; round < settings.rounds(); round++) {
      Sample shallow = new Sample(0, 0, 0);
      for (int i = 0; i < TIMES; i++) {
        shallow = shallow.plus(taker.take(few));
      }
      Sample deep = taker.take(many);
      ratios.add(shallow.rate() / deep.rate());
      shallowRates.add(shallow.rate());
      deepRates.add(deep.rate());
    }
    return List.of(
        name,
        String.format(Locale.ROOT, "%.2f", Median.of(ratios)),
        String.format(Locale.ROOT, "%,.0f", Median.of(shallowRates)),
        String.format(Locale.ROOT, "%,.0f", Median.of(deepRates)));
  }

  /** A thousand messages of a shallow queue, or some thousands of a deep one. */
  private static int handled(List<Item> backlog) {
    return Math.min(backlog.size(), SHALLOW * TIMES);
  }

  private static Sample take(
      Settings settings, Database database, Contestant contestant, List<Item> backlog)
      throws Exception {
    StandardTrial.reset(database, contestant);
    try (Contestant.Attempt attempt = contestant.open(database, backlog)) {
      database.settle();
      return new Race(database, settings.threads()).consume(attempt, handled(backlog));
    }
  }
}
