package dev.waybill.itests.audit;

import dev.waybill.itests.audit.Intent.Answer;
import dev.waybill.itests.audit.Intent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The comparison of the intents with the books.
 *
 * @param intents orders that were asked for
 * @param committed orders that are there
 * @param answered orders that were answered as placed
 * @param unansweredThere orders without an answer that are there
 * @param unansweredGone orders without an answer that are not
 * @param refusedThere orders whose placing was answered with an error and that are there
 * @param handled orders that were shipped
 * @param deadLettered orders that went to the dead-letter queue
 * @param queued orders the queue still has
 * @param lost what is missing: each line names the order
 * @param doubled what was done too often, or should not have been done: each line names the order
 * @param inDoubt branches that nobody has finished
 */
public record Audit(
    long intents,
    long committed,
    long answered,
    long unansweredThere,
    long unansweredGone,
    long refusedThere,
    long handled,
    long deadLettered,
    long queued,
    List<String> lost,
    List<String> doubled,
    List<String> inDoubt) {

  private static final int SHOWN = 20;

  /** Compares. */
  public static Audit of(List<Intent> intents, Books books) {
    Map<Long, Effects> unknown = new HashMap<>(books.effects());
    List<String> lost = new ArrayList<>();
    List<String> doubled = new ArrayList<>();
    for (Intent intent : intents) {
      unknown.remove(intent.order());
      Effects effects = books.of(intent.order());
      boolean queued = books.queued().contains(intent.order());
      lost(intent, effects, queued).forEach(why -> lost.add(line(intent, effects, why)));
      doubled(intent, effects, queued).forEach(why -> doubled.add(line(intent, effects, why)));
    }
    unknown.forEach((order, effects) -> doubled.add(order + " was never asked for: " + effects));
    if (books.completedTwice() > 0) {
      doubled.add(books.completedTwice() + " completions of messages beyond the first");
    }
    return new Audit(
        intents.size(),
        intents.stream().filter(i -> isThere(i, books)).count(),
        count(intents, Answer.PLACED),
        intents.stream().filter(i -> i.answer() == Answer.NONE && isThere(i, books)).count(),
        intents.stream().filter(i -> i.answer() == Answer.NONE && !isThere(i, books)).count(),
        intents.stream().filter(i -> i.answer() == Answer.REFUSED && isThere(i, books)).count(),
        books.effects().values().stream().filter(e -> e.shipped() > 0).count(),
        books.effects().values().stream().filter(e -> e.dead() > 0).count(),
        books.queued().size(),
        lost,
        doubled,
        books.inDoubt());
  }

  private static List<String> lost(Intent intent, Effects effects, boolean queued) {
    List<String> why = new ArrayList<>();
    if (effects.placed() == 0) {
      if (intent.answer() == Answer.PLACED && intent.kind() != Kind.ROLLED_BACK) {
        why.add("was answered as placed and is not there");
      } else if (intent.kind() != Kind.ROLLED_BACK && (queued || !effects.equals(Effects.NONE))) {
        why.add("has a message or its effects, but the order is not there");
      }
      return why;
    }
    if (!effects.ended() && !queued) {
      why.add("has no end, and no message is left of it");
    }
    if (effects.shipped() > 0 && effects.handled() == 0) {
      why.add("was shipped, but what its first handler did is not there");
    }
    if (effects.dead() > 0 && intent.kind().isToBeShipped()) {
      why.add("went to the dead-letter queue although nothing was wrong with it");
    }
    return why;
  }

  private static List<String> doubled(Intent intent, Effects effects, boolean queued) {
    List<String> why = new ArrayList<>();
    for (long i = 0; i < effects.tooMany(); i++) {
      why.add("has an effect too many");
    }
    if (intent.kind() == Kind.ROLLED_BACK && (queued || !effects.equals(Effects.NONE))) {
      why.add("was rolled back, but something of it is there");
    }
    if (intent.kind() == Kind.REJECTED && effects.handled() + effects.shipped() > 0) {
      why.add("was rejected, but it was also handled");
    }
    return why;
  }

  private static String line(Intent intent, Effects effects, String why) {
    return intent.order() + " " + why + ": " + intent + ", " + effects;
  }

  private static boolean isThere(Intent intent, Books books) {
    return books.of(intent.order()).placed() > 0;
  }

  private static long count(List<Intent> intents, Answer answer) {
    return intents.stream().filter(i -> i.answer() == answer).count();
  }

  /** Whether anything is wrong or unfinished. */
  public boolean isClean() {
    return lost.isEmpty() && doubled.isEmpty() && inDoubt.isEmpty() && queued == 0;
  }

  /** The numbers, what is wrong, and as its last line {@code lost N, doubled N, in doubt N}. */
  public String report() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "orders: %d asked for, %d answered as placed, %d committed"
            .formatted(intents, answered, committed));
    lines.add(
        "without an answer: %d there, %d not there; answered with an error: %d there"
            .formatted(unansweredThere, unansweredGone, refusedThere));
    lines.add(
        "shipped %d, dead-lettered %d, still queued %d".formatted(handled, deadLettered, queued));
    show("lost", lost, lines);
    show("doubled", doubled, lines);
    show("in doubt", inDoubt, lines);
    lines.add(summary());
    return String.join(System.lineSeparator(), lines);
  }

  /** The last line. */
  public String summary() {
    return "lost %d, doubled %d, in doubt %d"
        .formatted(lost.size(), doubled.size(), inDoubt.size());
  }

  private static void show(String what, List<String> found, List<String> lines) {
    if (!found.isEmpty()) {
      lines.add(
          found.stream()
              .limit(SHOWN)
              .collect(Collectors.joining("\n  ", what + ":\n  ", more(found.size()))));
    }
  }

  private static String more(int size) {
    return size > SHOWN ? "\n  and " + (size - SHOWN) + " more" : "";
  }
}
