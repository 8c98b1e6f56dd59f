package dev.waybill.core.delivery;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.IdTakenException;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.StoreClock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The deduplication ids of queues, without a database. */
final class ReferenceIds {

  private static final class Use {
    private final NewMessage message;
    private BranchId inDoubt;
    private Instant end;

    Use(NewMessage message, BranchId inDoubt) {
      this.message = message;
      this.inDoubt = inDoubt;
    }

    void begin(Instant now) {
      inDoubt = null;
      end = now.plus(message.deduplication().window());
    }
  }

  private final StoreClock clock;
  private final Map<SentId, Use> uses = new HashMap<>();

  ReferenceIds(StoreClock clock) {
    this.clock = clock;
  }

  private Use of(SentId id) {
    Use use = uses.get(id);
    return use == null || (use.inDoubt == null && !use.end.isAfter(clock.now())) ? null : use;
  }

  /** Forgets those whose time is over: a clock that is set back does not bring them back. */
  void prune() {
    uses.keySet().removeIf(id -> of(id) == null);
  }

  /** Refuses messages whose ids others have. */
  void requireFree(List<Operation> operations) {
    for (NewMessage message : ReferenceStreams.sends(operations)) {
      SentId id = SentId.of(message);
      if (id != null && of(id) != null) {
        throw new IdTakenException(id);
      }
    }
  }

  /** Takes the ids of messages; of a branch in doubt, or null: they are committed. */
  void take(List<Operation> operations, BranchId inDoubt) {
    for (NewMessage message : ReferenceStreams.sends(operations)) {
      SentId id = SentId.of(message);
      if (id != null) {
        Use use = new Use(message, inDoubt);
        if (inDoubt == null) {
          use.begin(clock.now());
        }
        uses.put(id, use);
      }
    }
  }

  void committed(BranchId branch) {
    uses.values().stream()
        .filter(use -> branch.equals(use.inDoubt))
        .forEach(use -> use.begin(clock.now()));
  }

  void rolledBack(BranchId branch) {
    uses.values().removeIf(use -> branch.equals(use.inDoubt));
  }

  /** The first messages that were committed with ids. */
  Map<SentId, UUID> first(Collection<SentId> ids) {
    Map<SentId, UUID> first = new HashMap<>();
    for (SentId id : ids) {
      Use use = of(id);
      if (use != null && use.inDoubt != null) {
        throw id.undecided(null);
      }
      if (use != null) {
        first.put(id, use.message.id());
      }
    }
    return first;
  }
}
