package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Database;
import dev.waybill.itests.benchmark.database.Session;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.RunClock;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A physical form as a contestant. */
public final class FormContestant implements Contestant {

  /** The forms that are compared. */
  public enum Kind {
    SINGLE_LEASES,
    MARKED_ROWS,
    REMEMBERED_KEY
  }

  private final Kind kind;
  private final Options options;
  private final String note;

  /**
   * A form.
   *
   * @param kind which
   * @param options how it is used
   * @param note stands behind its name
   */
  public FormContestant(Kind kind, Options options, String note) {
    this.kind = kind;
    this.options = options;
    this.note = note;
  }

  private Settling settling(Database.Product product) {
    return kind == Kind.REMEMBERED_KEY
        ? RememberedKey.settling(product, options.history(), options.removal())
        : MarkedRows.settling(product, options.history(), options.removal());
  }

  private Form form(Database.Product product, Settling settling) {
    return switch (kind) {
      case SINGLE_LEASES -> new SingleLeases(product);
      case MARKED_ROWS -> new MarkedRows(product, settling);
      case REMEMBERED_KEY -> new RememberedKey(product, settling);
    };
  }

  @Override
  public String name() {
    Database.Product any = Database.Product.POSTGRESQL;
    return form(any, settling(any)).name() + (note.isEmpty() ? "" : ", " + note);
  }

  @Override
  public List<String> tables(Database.Product product) {
    List<String> tables = new ArrayList<>(Rows.tables(product));
    tables.addAll(form(product, settling(product)).tables(product));
    return tables;
  }

  @Override
  public Attempt open(Database database, List<Item> backlog) throws SQLException {
    RunClock clock = new RunClock();
    try (Session session = database.open()) {
      Rows.fill(session, backlog, clock);
    }
    Settling settling = settling(database.product());
    return new FormAttempt(database, form(database.product(), settling), settling, options, clock);
  }
}
