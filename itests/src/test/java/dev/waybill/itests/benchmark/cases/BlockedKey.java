package dev.waybill.itests.benchmark.cases;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.adapter.AdapterBacklog;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.measure.Median;
import dev.waybill.itests.benchmark.report.Report;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * What an ordering key whose first message waits costs the other keys, with 50,000 messages behind
 * it; and what keys cost at all.
 */
public final class BlockedKey implements Case {

  private static final int BEHIND = 50_000;
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final String FREE = "1,000 keys";

  @Override
  public String name() {
    return "blocked-key";
  }

  @Override
  public void run(Settings settings, Databases databases, Report report) throws Exception {
    List<Item> keyed = Item.all(settings.messages(), Mix.KEYED, settings.seed());
    Map<String, List<Item>> backlogs = new LinkedHashMap<>();
    backlogs.put("no keys", Item.all(settings.messages(), Mix.PLAIN, settings.seed()));
    backlogs.put(FREE, keyed);
    backlogs.put("1,000 keys and one that is blocked", besideBlocked(keyed));
    for (Database database : databases.all()) {
      Map<String, List<Double>> rates = new LinkedHashMap<>();
      for (var backlog : backlogs.entrySet()) {
        rate(database, backlog.getValue(), settings);
      }
      for (int round = 0; round < settings.rounds(); round++) {
        for (var backlog : backlogs.entrySet()) {
          rates
              .computeIfAbsent(backlog.getKey(), any -> new ArrayList<>())
              .add(rate(database, backlog.getValue(), settings));
        }
      }
      report.table(
          "A blocked key: %s, the adapter on the joined path".formatted(database.name()),
          List.of("backlog", "rate / that of " + FREE, "messages/s"),
          rows(rates));
    }
  }

  /** First the one that waits, and those behind it; they are not handled. */
  private static List<Item> besideBlocked(List<Item> keyed) {
    List<Item> all = new ArrayList<>(BEHIND + keyed.size());
    for (int i = 0; i < BEHIND; i++) {
      long number = keyed.size() + i + 1;
      long delay = i == 0 ? HOUR_MICROS : 0;
      byte[] body = keyed.get(0).body();
      all.add(new Item(number, new UUID(0, number), body, 4, delay, (long) Item.KEYS));
    }
    all.addAll(keyed);
    return all;
  }

  private static double rate(Database database, List<Item> backlog, Settings settings)
      throws Exception {
    try (AdapterBacklog adapter = new AdapterBacklog(database, backlog, settings.threads())) {
      return adapter.handle(settings.messages()).rate();
    }
  }

  private static List<List<String>> rows(Map<String, List<Double>> rates) {
    List<Double> base = rates.get(FREE);
    List<List<String>> rows = new ArrayList<>();
    rates.forEach(
        (name, each) -> {
          List<Double> ratios = new ArrayList<>();
          for (int round = 0; round < each.size(); round++) {
            ratios.add(each.get(round) / base.get(round));
          }
          rows.add(
              List.of(
                  name,
                  String.format(Locale.ROOT, "%.2f", Median.of(ratios)),
                  String.format(Locale.ROOT, "%,.0f", Median.of(each))));
        });
    return rows;
  }
}
