package dev.waybill.core.branch;

import dev.waybill.core.branch.XaBranch.Outcome;
import dev.waybill.core.model.NewMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The deduplication ids of branches that are open here: their rows are written when they prepare or
 * commit (rule C11). Thread-safe.
 */
final class OpenIds {

  private final Supplier<BranchStore> store;
  private final Map<SentId, Use> uses = new ConcurrentHashMap<>();
  private final Map<XaBranch, Set<SentId>> ofBranches = new ConcurrentHashMap<>();

  /** For the branches of one store. */
  OpenIds(Supplier<BranchStore> store) {
    this.store = store;
  }

  /** Who sends a message with an id. */
  private record Use(XaBranch branch, UUID messageId) {

    /** In doubt, it is in the rows: another node may decide it. */
    boolean isKnownHereAlone() {
      return branch.outcome() == Outcome.OPEN || branch.outcome() == Outcome.UNKNOWN;
    }
  }

  /** Adds messages to an open branch, except those whose id was sent before. */
  List<UUID> send(XaBranch branch, List<NewMessage> messages) {
    FirstSends first = new FirstSends(messages);
    if (first.open().isEmpty()) {
      first.operations().ifPresent(branch::add);
      return first.ids();
    }
    branch.requireOpen();
    Map<SentId, Use> taken = new HashMap<>();
    try {
      first
          .sent()
          .forEach(
              (id, message) -> {
                Use use = new Use(branch, message.id());
                Use found = take(id, use);
                if (found.equals(use)) {
                  taken.put(id, use);
                } else if (found.branch() == branch) {
                  first.sentBefore(Map.of(id, found.messageId()));
                } else {
                  throw id.undecided(null);
                }
              });
      if (!taken.isEmpty()) {
        first.sentBefore(store.get().firstSends(taken.keySet()));
      }
      Set<SentId> sent = first.open();
      // Before anything is added: a branch that ends meanwhile refuses it, or takes them along.
      ofBranches.computeIfAbsent(branch, b -> ConcurrentHashMap.newKeySet()).addAll(sent);
      first.operations().ifPresent(branch::add);
      taken.keySet().removeAll(sent);
      return first.ids();
    } finally {
      taken.forEach(uses::remove);
      if (branch.outcome() != Outcome.OPEN) {
        ended(branch);
      }
    }
  }

  private Use take(SentId id, Use use) {
    return uses.compute(
        id, (key, known) -> known != null && known.isKnownHereAlone() ? known : use);
  }

  /** Refuses a message whose deduplication id an open branch has. */
  void requireNotOpen(NewMessage message) {
    SentId id = SentId.of(message);
    Use use = id == null ? null : uses.get(id);
    if (use != null && use.isKnownHereAlone()) {
      throw id.undecided(null);
    }
  }

  /** The branch has come to its end. */
  void ended(XaBranch branch) {
    Set<SentId> ids = ofBranches.remove(branch);
    if (ids != null) {
      ids.forEach(
          id -> uses.computeIfPresent(id, (key, use) -> use.branch() == branch ? null : use));
    }
  }
}
