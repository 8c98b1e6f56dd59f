package dev.waybill.core.store;

import dev.waybill.core.model.Lease;
import dev.waybill.core.store.LeaseRows.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The blocks that this process has claimed, counted down while their leases end, so that the rows
 * of blocks are removed soon and many at a time. Whatever is missed here is found by upkeep:
 * nothing but tidiness depends on it. Thread-safe.
 */
final class OwnBlocks {

  private static final int REMEMBERED = 10_000;
  private static final int REMOVED_AT_ONCE = 500;

  private static final class Open {
    private final List<Long> covered = new ArrayList<>();
    private final Set<Long> positions = new HashSet<>();
    private final Set<Long> limited = new HashSet<>();
  }

  private final Map<UUID, Open> open =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Open> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final Deque<Block> over = new ArrayDeque<>();

  /** These were leased. */
  synchronized void claimed(Collection<Lease> leases) {
    for (Lease lease : leases) {
      Open block = open.computeIfAbsent(lease.token(), token -> new Open());
      block.covered.add(lease.delivery().position());
      block.positions.add(lease.delivery().position());
    }
  }

  /** A lease has an end of its own. */
  synchronized void limited(Lease lease) {
    Open block = open.get(lease.token());
    if (block != null) {
      block.limited.add(lease.delivery().position());
    }
  }

  /** Whether a lease may have an end of its own. */
  synchronized boolean mayBeLimited(Lease lease) {
    Open block = open.get(lease.token());
    return block == null || block.limited.contains(lease.delivery().position());
  }

  /** Leases are said to be over: ended by transactions that have committed. */
  synchronized void ended(Collection<Lease> leases) {
    for (Lease lease : leases) {
      Open block = open.get(lease.token());
      if (block != null
          && block.positions.remove(lease.delivery().position())
          && block.positions.isEmpty()) {
        open.remove(lease.token());
        over.add(new Block(lease.token(), lease.delivery().groupId(), block.covered));
      }
    }
  }

  /** Some of the blocks whose leases are all over. */
  synchronized List<Block> takeOver() {
    List<Block> blocks = new ArrayList<>();
    int positions = 0;
    while (positions < REMOVED_AT_ONCE && !over.isEmpty()) {
      Block block = over.poll();
      blocks.add(block);
      positions += block.positions().size();
    }
    return blocks;
  }

  /** They could not be removed. */
  synchronized void putBack(List<Block> blocks) {
    over.addAll(blocks);
  }
}
