package dev.waybill.itests.benchmark.cases;

import static dev.waybill.itests.benchmark.form.FormContestant.Kind.MARKED_ROWS;
import static dev.waybill.itests.benchmark.form.FormContestant.Kind.REMEMBERED_KEY;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.adapter.AdapterBacklog;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.form.FormContestant;
import dev.waybill.itests.benchmark.form.Options;
import dev.waybill.itests.benchmark.measure.Median;
import dev.waybill.itests.benchmark.report.Report;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import dev.waybill.itests.benchmark.work.Race;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * T11: what becomes of the throughput while an old snapshot is held, so that PostgreSQL can remove
 * none of the rows that are over. Time is stood for by depth: as many rows die as a slower machine
 * makes in minutes.
 */
public final class HeldSnapshot implements Case {

  private static final int SLICES = 10;
  private static final int MILLIS_A_SECOND = 1_000;

  @Override
  public String name() {
    return "snapshot";
  }

  @Override
  public void run(Settings settings, Databases databases, Report report) throws Exception {
    Optional<Database> postgres = databases.postgres();
    if (postgres.isEmpty()) {
      return;
    }
    List<Contestant> contestants = new ArrayList<>(List.of(Forms.base(postgres.get())));
    contestants.addAll(Forms.forms());
    contestants.add(
        new FormContestant(
            MARKED_ROWS, Options.USUAL.scanningFromTheHead(), "each scan from the head"));
    contestants.add(
        new FormContestant(
            REMEMBERED_KEY, Options.USUAL.scanningFromTheHead(), "each scan from the head"));
    List<Item> items = Item.all(settings.held() * settings.fastest(), Mix.PLAIN, settings.seed());
    List<List<String>> rows = new ArrayList<>();
    for (Contestant contestant : contestants) {
      rows.add(
          measure(
              settings,
              contestant.name(),
              slice -> consume(settings, postgres.get(), contestant, items, slice)));
    }
    rows.add(
        measure(
            settings,
            AdapterBacklog.NAME,
            slice -> {
              try (AdapterBacklog adapter =
                      new AdapterBacklog(postgres.get(), items, settings.threads());
                  Session holder = postgres.get().open()) {
                hold(holder);
                List<Long> counts = adapter.handleFor(slice, SLICES);
                holder.rollback();
                return counts;
              }
            }));
    report.table(
        "Held snapshot (T11): %s, %d s in %d slices"
            .formatted(postgres.get().name(), settings.held(), SLICES),
        List.of("contestant", "last / first slice", "handled", "first /s", "last /s"),
        rows);
  }

  /** Handles messages for {@link #SLICES} slices of a number of milliseconds. */
  private interface Taker {
    List<Long> take(long slice) throws Exception;
  }

  private static List<String> measure(Settings settings, String name, Taker taker)
      throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> handled = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    List<Double> last = new ArrayList<>();
    long slice = (long) settings.held() * MILLIS_A_SECOND / SLICES;
    for (int round = 0; round < settings.rounds(); round++) {
      List<Long> counts = taker.take(slice);
      double perSecond = (double) MILLIS_A_SECOND / slice;
      // The first slice warms up.
      first.add(counts.get(1) * perSecond);
      last.add(counts.get(SLICES - 1) * perSecond);
      ratios.add((double) counts.get(SLICES - 1) / counts.get(1));
      handled.add((double) counts.stream().mapToLong(Long::longValue).sum());
    }
    return List.of(
        name,
        String.format(Locale.ROOT, "%.2f", Median.of(ratios)),
        String.format(Locale.ROOT, "%,.0f", Median.of(handled)),
        String.format(Locale.ROOT, "%,.0f", Median.of(first)),
        String.format(Locale.ROOT, "%,.0f", Median.of(last)));
  }

  private static List<Long> consume(
      Settings settings, Database database, Contestant contestant, List<Item> items, long slice)
      throws Exception {
    StandardTrial.reset(database, contestant);
    try (Contestant.Attempt attempt = contestant.open(database, items);
        Session holder = database.open()) {
      database.settle();
      hold(holder);
      List<Long> counts = new Race(database, settings.threads()).consumeFor(attempt, slice, SLICES);
      holder.rollback();
      if (counts.stream().mapToLong(Long::longValue).sum() >= items.size()) {
        throw new IllegalStateException(contestant.name() + " emptied the queue: raise -Dfastest");
      }
      return counts;
    }
  }

  private static void hold(Session holder) throws SQLException {
    holder.update("set transaction isolation level repeatable read");
    holder.number("select count(*) from ledger");
  }
}
