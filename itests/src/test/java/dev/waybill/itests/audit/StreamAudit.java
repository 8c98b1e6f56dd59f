package dev.waybill.itests.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is wrong with the entries of streams: each has to be seen once, in order, under its own
 * number.
 *
 * @param seen how many rows the bean wrote
 * @param lost entries that are missing: each line names stream and number
 * @param doubled what was seen too often, or should not have been: each line names stream and
 *     number
 * @param disordered what was seen too late: each line names stream and number
 */
public record StreamAudit(
    long seen, List<String> lost, List<String> doubled, List<String> disordered) {

  private static final int SHOWN = 20;

  /**
   * A row that the bean wrote.
   *
   * @param sequence the message's
   * @param number what its producer counted
   * @param firstTime what the watermark said
   */
  public record Seen(long sequence, long number, boolean firstTime) {}

  /**
   * What there is of a stream.
   *
   * @param name the stream's
   * @param last its last sequence
   * @param confirmed the highest number that a producer was told to be sent
   * @param seen what the bean wrote, in that order
   * @param made the numbers that producers wrote in the transactions that sent them; empty if they
   *     wrote none
   */
  public record Books(String name, long last, long confirmed, List<Seen> seen, List<Long> made) {}

  /** Looks through the books of all streams. */
  public static StreamAudit of(List<Books> streams) {
    StreamAudit audit =
        new StreamAudit(
            streams.stream().mapToLong(books -> books.seen.size()).sum(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    streams.forEach(audit::look);
    return audit;
  }

  private void look(Books books) {
    if (books.last < books.confirmed) {
      lost.add(books.name + " " + books.confirmed + " was confirmed, the last is " + books.last);
    }
    count(books, "seen", books.seen.stream().map(Seen::number).toList());
    if (!books.made.isEmpty()) {
      count(books, "made", books.made);
    }
    long highest = 0;
    for (Seen row : books.seen) {
      if (row.sequence != row.number || !row.firstTime) {
        doubled.add(books.name + " " + row.number + " came as " + row);
      }
      if (row.number < highest) {
        disordered.add(books.name + " " + row.number + " came after " + highest);
      }
      highest = Math.max(highest, row.number);
    }
  }

  private void count(Books books, String what, List<Long> numbers) {
    Map<Long, Integer> counts = new HashMap<>();
    numbers.forEach(number -> counts.merge(number, 1, Integer::sum));
    for (long number = 1; number <= books.last; number++) {
      int count = counts.getOrDefault(number, 0);
      if (count != 1) {
        (count == 0 ? lost : doubled)
            .add("%s %d was %s %d times".formatted(books.name, number, what, count));
      }
    }
    counts.keySet().stream()
        .filter(number -> number < 1 || number > books.last)
        .forEach(
            number ->
                doubled.add(
                    "%s %d was %s, but the stream ends at %d"
                        .formatted(books.name, number, what, books.last)));
  }

  /** Whether nothing is wrong. */
  public boolean isClean() {
    return lost.isEmpty() && doubled.isEmpty() && disordered.isEmpty();
  }

  /** What is wrong, and as its last line the numbers. */
  public String report() {
    List<String> lines = new ArrayList<>();
    show("lost", lost, lines);
    show("doubled", doubled, lines);
    show("disordered", disordered, lines);
    lines.add(
        "%d entries of streams: lost %d, doubled %d, disordered %d"
            .formatted(seen, lost.size(), doubled.size(), disordered.size()));
    return String.join(System.lineSeparator(), lines);
  }

  private static void show(String what, List<String> found, List<String> lines) {
    if (!found.isEmpty()) {
      lines.add(
          found.stream().limit(SHOWN).collect(Collectors.joining("\n  ", what + ":\n  ", "")));
    }
  }
}
