package dev.waybill.itests.benchmark.cases;

import static dev.waybill.itests.benchmark.form.FormContestant.Kind.MARKED_ROWS;
import static dev.waybill.itests.benchmark.form.FormContestant.Kind.REMEMBERED_KEY;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.form.FormContestant;
import dev.waybill.itests.benchmark.form.Options;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.report.Report;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import java.util.ArrayList;
import java.util.List;

/** What the choices inside a form cost: blocks, history, removal of messages, sends. */
public final class Choices implements Case {

  @Override
  public String name() {
    return "choices";
  }

  @Override
  public void run(Settings settings, Databases databases, Report report) throws Exception {
    for (Database database : databases.all()) {
      measure(settings, database, Kind.CONSUME, consuming(database), report);
      measure(settings, database, Kind.ENQUEUE, sending(database), report);
    }
  }

  private static List<Contestant> consuming(Database database) {
    Options usual = Options.USUAL;
    return List.of(
        Forms.base(database),
        new FormContestant(MARKED_ROWS, usual, "all in the settlement"),
        new FormContestant(MARKED_ROWS, usual.withBlock(10), "blocks of 10"),
        new FormContestant(MARKED_ROWS, usual.withBlock(100), "blocks of 100"),
        new FormContestant(MARKED_ROWS, usual.writing(false, true, true), "history in batches"),
        new FormContestant(MARKED_ROWS, usual.writing(false, true, false), "no history"),
        new FormContestant(MARKED_ROWS, usual.writing(true, false, true), "removal in batches"),
        new FormContestant(
            MARKED_ROWS, usual.writing(false, false, true), "history and removal in batches"),
        new FormContestant(
            REMEMBERED_KEY, usual.writing(false, false, true), "history and removal in batches"));
  }

  private static List<Contestant> sending(Database database) {
    return List.of(
        Forms.base(database),
        new FormContestant(MARKED_ROWS, Options.USUAL, "one statement where it can be"),
        new FormContestant(MARKED_ROWS, Options.USUAL.sendingStepwise(), "three statements"));
  }

  private static void measure(
      Settings settings, Database database, Kind kind, List<Contestant> contestants, Report report)
      throws Exception {
    List<Item> items = Item.all(settings.messages(), Mix.PLAIN, settings.seed());
    List<Trial> trials = new ArrayList<>();
    for (Contestant contestant : contestants) {
      trials.add(new StandardTrial(database, contestant, kind, items, settings.threads()));
    }
    report.results(
        "Choices: %s, %s".formatted(kind == Kind.CONSUME ? "consume" : "enqueue", database.name()),
        settings.newRounds().measure(trials));
  }
}
