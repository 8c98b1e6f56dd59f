package dev.waybill.core.delivery;

import dev.waybill.core.delivery.ReferenceRows.Row;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.Upkeep.Lined;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The lines of ordering keys, without a database. */
final class ReferenceLines {

  private record Key(QueueName queue, String text) {}

  private static final class Line {
    private final List<Row> arrivals = new ArrayList<>();
    private final Deque<Row> waiting = new ArrayDeque<>();
    private boolean headed;
    private boolean headSettled;

    boolean hasNews() {
      return headSettled || !arrivals.isEmpty();
    }
  }

  private final Map<Key, Line> lines = new LinkedHashMap<>();

  private Line of(Row row) {
    return lines.computeIfAbsent(
        new Key(row.message.queue(), row.message.lineKey()), any -> new Line());
  }

  void arrived(Row row) {
    of(row).arrivals.add(row);
  }

  void settled(Row row) {
    of(row).headSettled = true;
  }

  /** Puts all in order; who is the first of a line is unblocked. */
  Lined lineUp(Consumer<Row> unblock) {
    Set<QueueName> queues = new HashSet<>();
    int keys = 0;
    for (Map.Entry<Key, Line> each : lines.entrySet()) {
      Line line = each.getValue();
      if (!line.hasNews()) {
        continue;
      }
      keys++;
      line.arrivals.sort(Comparator.comparing(row -> row.message.position()));
      line.waiting.addAll(line.arrivals);
      line.arrivals.clear();
      line.headed &= !line.headSettled;
      line.headSettled = false;
      if (!line.headed && !line.waiting.isEmpty()) {
        line.headed = true;
        unblock.accept(line.waiting.remove());
        queues.add(each.getKey().queue());
      }
    }
    return new Lined(queues, keys, false);
  }
}
