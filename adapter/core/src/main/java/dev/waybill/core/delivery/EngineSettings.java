package dev.waybill.core.delivery;

import dev.waybill.core.store.Upkeep.Retention;
import java.time.Duration;
import java.util.Objects;

/**
 * How the engine keeps the queue going.
 *
 * @param node the name of this node, for people
 * @param reapInterval about how often expired leases and unreleased branches are looked for
 * @param longestHold how long the messages of a branch committed in two phases wait for the node
 *     that committed it, before any node releases them
 * @param pruneInterval about how often what is kept only for a time is removed
 * @param retention how long that is kept
 */
public record EngineSettings(
    String node,
    Duration reapInterval,
    Duration longestHold,
    Duration pruneInterval,
    Retention retention) {

  /** Checks that no part is missing. */
  public EngineSettings {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(reapInterval, "reapInterval");
    Objects.requireNonNull(longestHold, "longestHold");
    Objects.requireNonNull(pruneInterval, "pruneInterval");
    Objects.requireNonNull(retention, "retention");
  }

  /** Reaps every second, releases after 5 s, prunes every minute; history 14 d, tombstones 30 d. */
  public static EngineSettings defaults(String node) {
    return new EngineSettings(
        node,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        new Retention(Duration.ofDays(14), Duration.ofDays(30)));
  }
}
