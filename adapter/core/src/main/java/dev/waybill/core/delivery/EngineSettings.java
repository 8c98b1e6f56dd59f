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
 * @param pollInterval how long callers that wait for a message go without a look at most
 */
public record EngineSettings(
    String node,
    Duration reapInterval,
    Duration longestHold,
    Duration pruneInterval,
    Retention retention,
    Duration pollInterval) {

  /** Checks that no part is missing. */
  public EngineSettings {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(reapInterval, "reapInterval");
    Objects.requireNonNull(longestHold, "longestHold");
    Objects.requireNonNull(pruneInterval, "pruneInterval");
    Objects.requireNonNull(retention, "retention");
    Objects.requireNonNull(pollInterval, "pollInterval");
  }

  /**
   * Reaps every second, releases after 5 s, prunes every minute, polls every 5 s; history 14 d,
   * tombstones 30 d.
   */
  public static EngineSettings defaults(String node) {
    return new EngineSettings(
        node,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        new Retention(Duration.ofDays(14), Duration.ofDays(30)),
        Duration.ofSeconds(5));
  }
}
