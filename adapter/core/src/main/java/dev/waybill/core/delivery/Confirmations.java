package dev.waybill.core.delivery;

import dev.waybill.api.Confirmation;
import dev.waybill.api.Confirmation.Outcome;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.model.Answer;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.Answers.Settled;
import dev.waybill.core.store.QueueStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The questions of this node what became of messages. Every answer comes from the history, so that
 * it is the same on all nodes and after a restart; settlements of this node only say when to look.
 * Thread-safe.
 */
final class Confirmations {

  /** How many questions may be open: each holds what its asker wants to do with the answer. */
  static final int MOST = 10_000;

  /** A transaction that sends a message is not believed to be open for longer. */
  static final Duration UNDECIDED = Duration.ofHours(1);

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration BETWEEN_SEARCHES = Duration.ofMinutes(1);
  private static final String TELLING = "Telling that messages are settled";

  /** How many one query asks for, and how many queries one look has. */
  private static final int CHUNK = 100;

  private static final int CHUNKS = 10;
  private static final int SEARCHED = 500;

  /** What is asked of one message and group, by one or more. */
  private static final class Question {
    private final CompletableFuture<Confirmation> future = new CompletableFuture<>();
    private int askers;
  }

  private record Told(CompletableFuture<Confirmation> future, Confirmation confirmation) {}

  private final TaskScheduler scheduler;
  private final Looking looking;
  private final Map<UUID, Map<String, Question>> pending = new LinkedHashMap<>();
  private final Set<UUID> urgent = new LinkedHashSet<>();
  private int askers;
  private volatile boolean asked;
  private QueueStore store;
  private boolean stopped;
  // Of the one look that runs.
  private final Map<UUID, Instant> foundAt = new HashMap<>();
  private Instant searchAt = Instant.MIN;

  Confirmations(TaskScheduler scheduler, DeliveryLog log) {
    this.scheduler = scheduler;
    looking =
        new Looking(
            "Looking for settled messages",
            scheduler,
            log,
            SHORTEST,
            LONGEST,
            this::arePending,
            this::look);
  }

  synchronized void open(QueueStore opened) {
    store = opened;
  }

  private synchronized boolean arePending() {
    return !pending.isEmpty();
  }

  /** Completed once the group has settled the message; the same for all who ask meanwhile. */
  CompletableFuture<Confirmation> whenSettled(UUID messageId, String group) {
    CompletableFuture<Confirmation> future;
    synchronized (this) {
      if (stopped) {
        throw stopping();
      }
      if (askers == MOST) {
        throw full();
      }
      Question question =
          pending
              .computeIfAbsent(messageId, id -> new HashMap<>())
              .computeIfAbsent(group, name -> new Question());
      question.askers++;
      askers++;
      asked = true;
      future = question.future;
      urgent.add(messageId);
    }
    looking.soon();
    return future;
  }

  /** Somebody who asked does not want to know any more. */
  synchronized void forget(UUID messageId, String group, CompletableFuture<Confirmation> answer) {
    Map<String, Question> groups = pending.getOrDefault(messageId, Map.of());
    Question question = groups.get(group);
    if (question != null && question.future.equals(answer)) {
      question.askers--;
      askers--;
      if (question.askers == 0) {
        groups.remove(group);
        removeIfEmpty(messageId, groups);
      }
    }
  }

  private void removeIfEmpty(UUID messageId, Map<String, Question> groups) {
    if (groups.isEmpty()) {
      pending.remove(messageId);
      asked = !pending.isEmpty();
    }
  }

  /** A message was settled here. Quick, above all while nobody asks. */
  void settled(UUID messageId) {
    if (!asked) {
      return;
    }
    synchronized (this) {
      if (!pending.containsKey(messageId)) {
        return;
      }
      urgent.add(messageId);
    }
    looking.soon();
  }

  private static QueueException full() {
    return new QueueException(
        Kind.UNAVAILABLE,
        MOST
            + " questions of whenSettled are open on this node already. Nothing was asked. Ask again"
            + " when some of them are answered, and only for what somebody waits for: any later"
            + " question is answered from the history, as long as that is kept (deadRetention).");
  }

  private static QueueException stopping() {
    return new QueueException(
        Kind.UNAVAILABLE,
        "Waybill is stopping, so nobody is told what became of messages. Ask again after the"
            + " start.");
  }

  /** Signals are followed by themselves; everybody is asked for in turn, after a pause. */
  private boolean look(boolean inTurn) {
    QueueStore opened;
    Set<UUID> signalled;
    Set<UUID> asked;
    synchronized (this) {
      opened = store;
      if (opened == null) {
        return false;
      }
      signalled = signalled();
      asked = inTurn ? withOthers(signalled) : signalled;
    }
    List<Told> told;
    try {
      told = ask(opened, List.copyOf(asked));
    } catch (RuntimeException e) {
      askAgain(signalled);
      throw e;
    }
    tell(told);
    return told.stream().anyMatch(each -> !signalled.contains(each.confirmation().messageId()));
  }

  private Set<UUID> signalled() {
    Set<UUID> signalled = new LinkedHashSet<>();
    urgent.stream().limit(CHUNK * CHUNKS).forEach(signalled::add);
    urgent.removeAll(signalled);
    if (!urgent.isEmpty()) {
      looking.soon();
    }
    signalled.retainAll(pending.keySet());
    return signalled;
  }

  private synchronized void askAgain(Set<UUID> signalled) {
    signalled.stream().filter(pending::containsKey).forEach(urgent::add);
  }

  /** Who was not asked for longest, and then goes to the end of the line. */
  private Set<UUID> withOthers(Set<UUID> signalled) {
    Set<UUID> asked = new LinkedHashSet<>(signalled);
    pending.keySet().stream().limit(CHUNK * CHUNKS - asked.size()).forEach(asked::add);
    asked.forEach(id -> pending.put(id, pending.remove(id)));
    return asked;
  }

  private List<Told> ask(QueueStore opened, List<UUID> asked) {
    // First: what is settled in between is in the history.
    Set<UUID> gone = gone(opened, asked);
    List<Settled> settled = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += CHUNK) {
      settled.addAll(
          opened.answers().settled(asked.subList(from, Math.min(asked.size(), from + CHUNK))));
    }
    // Once nothing can fail any more: who is taken from those who wait must be told.
    List<Told> told = new ArrayList<>();
    settled.forEach(each -> take(told, each.messageId(), each.group(), confirmation(each)));
    for (UUID id : gone) {
      groupsOf(id)
          .forEach(group -> take(told, id, group, new Confirmation(id, Outcome.UNKNOWN, "")));
    }
    synchronized (this) {
      foundAt.keySet().retainAll(pending.keySet());
    }
    return told;
  }

  private synchronized Set<String> groupsOf(UUID messageId) {
    return Set.copyOf(pending.getOrDefault(messageId, Map.of()).keySet());
  }

  private synchronized void take(
      List<Told> told, UUID messageId, String group, Confirmation confirmation) {
    Map<String, Question> groups = pending.get(messageId);
    Question question = groups == null ? null : groups.remove(group);
    if (question != null) {
      told.add(new Told(question.future, confirmation));
      askers -= question.askers;
      removeIfEmpty(messageId, groups);
    }
  }

  private static Confirmation confirmation(Settled settled) {
    return settled.answer() instanceof Answer.DeadLettered dead
        ? new Confirmation(settled.messageId(), Outcome.DEAD_LETTERED, dead.reason())
        : new Confirmation(settled.messageId(), Outcome.COMPLETED, "");
  }

  /** Those that are not there, of those whose transactions must be over: looked for seldom. */
  private Set<UUID> gone(QueueStore opened, List<UUID> asked) {
    Instant now = opened.clock().now();
    List<UUID> doubtful =
        asked.stream()
            .filter(id -> madeAt(id).plus(UNDECIDED).isBefore(now))
            .filter(id -> !foundAt.getOrDefault(id, Instant.MIN).plus(UNDECIDED).isAfter(now))
            .limit(SEARCHED)
            .toList();
    if (doubtful.isEmpty() || now.isBefore(searchAt)) {
      return Set.of();
    }
    Set<UUID> kept = opened.answers().kept(doubtful);
    searchAt = now.plus(BETWEEN_SEARCHES);
    kept.forEach(id -> foundAt.put(id, now));
    Set<UUID> gone = new HashSet<>(doubtful);
    gone.removeAll(kept);
    return gone;
  }

  /** Ids of other versions are none of ours, and tell no time. */
  private static Instant madeAt(UUID id) {
    return id.version() == 7
        ? Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16)
        : Instant.EPOCH;
  }

  /** Not on the thread that looks: follow-ups may be slow. */
  private void tell(List<Told> told) {
    if (told.isEmpty()) {
      return;
    }
    Runnable telling = () -> told.forEach(each -> each.future().complete(each.confirmation()));
    if (!scheduler.execute(TELLING, telling)) {
      telling.run();
    }
  }

  /** Nobody is told any more. */
  void stop() {
    List<CompletableFuture<Confirmation>> left = new ArrayList<>();
    synchronized (this) {
      stopped = true;
      pending
          .values()
          .forEach(groups -> groups.values().forEach(question -> left.add(question.future)));
      pending.clear();
      urgent.clear();
      asked = false;
    }
    looking.stop();
    left.forEach(future -> future.completeExceptionally(stopping()));
  }
}
