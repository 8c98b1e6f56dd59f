package dev.waybill.core.store;

import dev.waybill.core.model.Lease;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** What the store tells people: lines WB-0200 to WB-0299. */
final class StoreLog {

  private static final Logger LOG = System.getLogger("dev.waybill.store");

  private StoreLog() {}

  static void warning(String text) {
    LOG.log(Level.WARNING, () -> "WB-0201 " + text);
  }

  static void settledDead(Lease lease, String error) {
    LOG.log(
        Level.WARNING,
        () ->
            "WB-0202 Message "
                + lease.messageId()
                + " of queue "
                + lease.queue()
                + " was given up after attempt "
                + lease.attempt()
                + " and settled as dead: it has no dead-letter queue. Last error: "
                + error
                + ". It is kept for inspection; set deadLetterQueue to have such messages moved.");
  }

  static void deadLetterQueueMissing(Lease lease, String reason) {
    LOG.log(
        Level.ERROR,
        () ->
            "WB-0203 Message "
                + lease.messageId()
                + " of queue "
                + lease.queue()
                + " cannot go to its dead-letter queue and is settled as dead instead: "
                + reason);
  }

  static void schemaApplied(String script, String where) {
    LOG.log(Level.INFO, () -> "WB-0204 Schema script " + script + " applied to " + where + ".");
  }

  static void notClosed(String what, Exception error) {
    LOG.log(Level.WARNING, () -> "WB-0205 Closing " + what + " failed.", error);
  }

  static void horizonHeld(String holder, Duration age) {
    LOG.log(
        Level.WARNING,
        () ->
            "WB-0209 For "
                + age.toMinutes()
                + " min "
                + holder
                + " has kept the database from removing rows that are over; the longer, the more of"
                + " them every query walks past. End it if it is not wanted any more.");
  }

  static void horizonFree(String holder) {
    LOG.log(
        Level.INFO,
        () -> "WB-0210 The database can remove rows that are over again: " + holder + " let go.");
  }

  static void notDurable(String where, String settings) {
    LOG.log(
        Level.WARNING,
        () ->
            "WB-0211 The database of "
                + where
                + " may lose what it reported as committed when it or its machine fails: "
                + settings
                + ". Set to on: synchronous_commit for the role, the database or the server (alter"
                + " role … set synchronous_commit = on), fsync and full_page_writes for the"
                + " server.");
  }

  static void windowNotMoved(Exception error) {
    LOG.log(
        Level.WARNING,
        () ->
            "WB-0212 The deduplication ids of a transaction that took long are remembered from their"
                + " sending on, not from its commit: "
                + error.getMessage());
  }

  static void nodeNameLost(String reason) {
    LOG.log(
        Level.ERROR,
        () ->
            "WB-0206 This server stood still for several seconds and lost its place: "
                + reason
                + " Until it has its name back it prepares no two-phase transactions.");
  }

  static void nodeNameBack(String node) {
    LOG.log(Level.INFO, () -> "WB-0207 This server has its node name \"" + node + "\" back.");
  }

  static void transactionManagersOverlap(String reason) {
    LOG.log(Level.ERROR, () -> "WB-0208 " + reason);
  }
}
