package dev.waybill.ra;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Everything the adapter says in the server's log, under the logger {@code dev.waybill}. Each line
 * has an id that stays the same between versions. Quiet when nothing needs a person.
 */
public final class RaLog {

  private static final Logger LOG = System.getLogger("dev.waybill");

  private RaLog() {}

  /** The adapter has started; its store may still be on its way. */
  public static void starting(String version, String node, String database) {
    info("WB-0001", "Waybill " + version + " starts on node " + node + " with " + database + ".");
  }

  /** The configuration cannot be used. */
  public static void invalidConfiguration(String message) {
    error("WB-0002", message, null);
  }

  /** The store is open: version, node, database, path and why. */
  public static void storeOpen(String version, String node, String database, String path) {
    info(
        "WB-0003",
        "Waybill " + version + " is ready on node " + node + ": " + database + "; " + path + ".");
  }

  /** The store could not be opened; tried again in the background. */
  public static void storeUnreachable(String reason, Duration pause) {
    error(
        "WB-0004",
        reason + " The server keeps running; tried again every " + pause.toSeconds() + " s or so.",
        null);
  }

  /** A DataSource is not bound yet; waited for. */
  public static void waitingForDataSource(String named) {
    info(
        "WB-0005",
        "Waiting for the DataSource "
            + named
            + " to be bound; an application that defines it may not be deployed yet.");
  }

  /** A task threw. */
  public static void taskFailed(String task, Throwable error) {
    error("WB-0006", "The background task \"" + task + "\" failed: " + error, error);
  }

  /** The container refused a Work. */
  public static void workRefused(String task, Throwable error) {
    warning("WB-0007", "The server's WorkManager refused \"" + task + "\": " + error);
  }

  /** Stopped. */
  public static void stopped(String node) {
    info("WB-0008", "Waybill stopped on node " + node + ".");
  }

  /** Works were still running when the adapter gave up waiting for them. */
  public static void worksLeft(int count) {
    warning("WB-0009", count + " background tasks were still running at the end of the stop.");
  }

  /** Closing something failed; the stop goes on. */
  public static void closeFailed(String what, Throwable error) {
    warning("WB-0010", "Closing " + what + " failed: " + error);
  }

  /** The server's recovery hook took our XAResource. */
  public static void recoveryHookUsed() {
    LOG.log(Level.DEBUG, "WB-0020 Registered with the server's recovery hook.");
  }

  /** The hook is there but did not take our XAResource. */
  public static void recoveryHookFailed(Throwable error) {
    warning(
        "WB-0021",
        "The server's recovery hook registerRecoveryResourceHandler could not be used ("
            + error
            + "). Branches in doubt after a crash stay in doubt until they are resolved by hand."
            + " Please report this with the server's version.");
  }

  /** The transaction manager's recovery is switched off where the xa path needs it. */
  public static void recoveryOff(String fix) {
    warning(
        "WB-0022",
        "The transaction manager's recovery is off: after a crash, transactions that span the queue"
            + " and another database stay in doubt. "
            + fix);
  }

  /** Branches are in doubt, and recovery will not ask for them. */
  public static void inDoubtHeld(int count, String node, String fix) {
    error(
        "WB-0023",
        count
            + " branches of node "
            + node
            + " have been in doubt since before this start, and the transaction manager's recovery"
            + " did not ask for them. They are held for an operator, since a later recovery may no"
            + " longer know their outcome. "
            + fix,
        null);
  }

  /** A recovery pass came while the store was not reachable. */
  public static void recoveryWithoutStore(Duration waited, String reason) {
    error(
        "WB-0024",
        "A recovery pass of the transaction manager waited "
            + waited.toSeconds()
            + " s (recoveryWait) for the store and got no answer; its decisions may be lost. "
            + reason,
        null);
  }

  /** A producer is used for the first time: its commit path and why. */
  public static void producerReady(String producer, String path) {
    info("WB-0030", producer + " sends on the " + path + ".");
  }

  /** An activation is ready: its effective configuration, its commit path and why. */
  public static void activationReady(String bean, String configuration, String path) {
    info("WB-0031", "Activation of " + bean + ": " + configuration + "; " + path + ".");
  }

  /** No listener of a bean can be reached; tried again in the background. */
  public static void deliveryRefused(String bean, String reason) {
    error("WB-0034", "Nothing can be delivered to " + bean + ": " + reason, null);
  }

  /** The container failed where an endpoint was to be given back. */
  public static void releaseFailed(String bean, Throwable error) {
    LOG.log(Level.DEBUG, "WB-0032 Releasing an endpoint of " + bean + " failed.", error);
  }

  /** afterDelivery threw; the delivery is judged by its branch. */
  public static void afterDeliveryFailed(String bean, Throwable error) {
    LOG.log(Level.DEBUG, "WB-0033 afterDelivery of " + bean + " failed.", error);
  }

  /** The container did not end the transaction that it began for a delivery. */
  public static void transactionLeft(String bean) {
    warning(
        "WB-0035",
        "The server did not end the transaction of a delivery to "
            + bean
            + "; it was rolled back, and the message is tried again. Payara does this while it"
            + " stops; at any other time look for its error before this line.");
  }

  private static void info(String id, String text) {
    LOG.log(Level.INFO, id + " " + text);
  }

  private static void warning(String id, String text) {
    LOG.log(Level.WARNING, id + " " + text);
  }

  private static void error(String id, String text, Throwable error) {
    LOG.log(Level.ERROR, id + " " + text, error);
  }
}
