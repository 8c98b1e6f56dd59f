package dev.waybill.itests.benchmark.form;

import dev.waybill.itests.benchmark.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Locks candidates by key, where a query that locks is not sorted by an index (H2). */
final class Locking {

  private Locking() {}

  /** Locks the first of the candidates that are still there and free. */
  static List<Long> byKey(Session session, String condition, List<Long> candidates, int count)
      throws SQLException {
    List<Long> locked = new ArrayList<>();
    for (int next = 0; next < candidates.size() && locked.size() < count; ) {
      int end = Math.min(candidates.size(), next + count - locked.size());
      List<Long> window = candidates.subList(next, end);
      Set<Long> got =
          new HashSet<>(
              session.select(
                  "select position from wb_delivery where group_id = 1 and "
                      + condition
                      + " and position in ("
                      + Session.marks(window.size())
                      + ") for update skip locked",
                  row -> row.getLong(1),
                  window.toArray()));
      window.stream().filter(got::contains).forEach(locked::add);
      next = end;
    }
    return locked;
  }
}
