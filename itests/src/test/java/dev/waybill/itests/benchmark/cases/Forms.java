package dev.waybill.itests.benchmark.cases;

import static dev.waybill.itests.benchmark.form.FormContestant.Kind.MARKED_ROWS;
import static dev.waybill.itests.benchmark.form.FormContestant.Kind.REMEMBERED_KEY;
import static dev.waybill.itests.benchmark.form.FormContestant.Kind.SINGLE_LEASES;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.form.FormContestant;
import dev.waybill.itests.benchmark.form.Options;
import dev.waybill.itests.benchmark.measure.Result;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.raw.PgSkip;
import dev.waybill.itests.benchmark.raw.ReadAheadByHand;
import dev.waybill.itests.benchmark.report.Report;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which physical form of delivery and lease is the fastest, whatever the messages are like. */
public final class Forms implements Case {

  private final Kind kind;

  /**
   * The forms at one kind of work.
   *
   * @param kind what is done
   */
  public Forms(Kind kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return "forms-" + kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What all ratios on a database are taken to; it knows neither delays nor priorities nor keys.
   */
  static Contestant base(Database database) {
    return database.product() == Database.Product.POSTGRESQL ? new PgSkip() : new ReadAheadByHand();
  }

  static List<Contestant> forms() {
    return List.of(
        new FormContestant(
            SINGLE_LEASES,
            Options.USUAL.withBlock(1).scanningFromTheHead().sendingStepwise(),
            "one at a time"),
        new FormContestant(
            SINGLE_LEASES, Options.USUAL.scanningFromTheHead().sendingStepwise(), "50 at a time"),
        new FormContestant(MARKED_ROWS, Options.USUAL, ""),
        new FormContestant(REMEMBERED_KEY, Options.USUAL, ""));
  }

  @Override
  public void run(Settings settings, Databases databases, Report report) throws Exception {
    for (Database database : databases.all()) {
      for (Mix mix : Mix.values()) {
        measure(settings, database, mix, report);
      }
    }
  }

  private void measure(Settings settings, Database database, Mix mix, Report report)
      throws Exception {
    List<Contestant> contestants = new ArrayList<>(List.of(base(database)));
    if (database.product() == Database.Product.POSTGRESQL) {
      contestants.add(new ReadAheadByHand());
    }
    contestants.addAll(forms());
    List<Item> items = Item.all(settings.messages(), mix, settings.seed());
    List<Trial> trials = new ArrayList<>();
    for (Contestant contestant : contestants) {
      trials.add(new StandardTrial(database, contestant, kind, items, settings.threads()));
    }
    List<Result> results = settings.newRounds().measure(trials);
    report.results(
        "Forms: %s, %s messages, %s"
            .formatted(
                kind == Kind.CONSUME ? "consume" : "enqueue",
                mix.name().toLowerCase(Locale.ROOT),
                database.name()),
        results);
  }
}
