package dev.waybill.core.delivery;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.QueueName;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Every line that deliveries write to the log, each with its id. Quiet when nothing needs a person;
 * what repeats while a cause lasts is said once when it begins and once when it is over.
 */
public final class DeliveryLog {

  private final System.Logger logger;
  private final Outages outages = new Outages();

  /** A log on the logger {@code dev.waybill}. */
  public DeliveryLog() {
    this(System.getLogger("dev.waybill"));
  }

  DeliveryLog(System.Logger logger) {
    this.logger = logger;
  }

  /** A background operation failed and will be tried again. */
  void failed(String operation, Throwable error) {
    switch (outages.failed(operation, error)) {
      case STORE ->
          warn(
              "WB-0101 The store is out of reach ("
                  + operation
                  + ": "
                  + text(error)
                  + "). Deliveries pause and go on by themselves when it is back. Check the"
                  + " database.");
      case OPERATION ->
          warn(
              "WB-0102 "
                  + operation
                  + " fails: "
                  + text(error)
                  + ". It is tried again every few seconds.");
      case NONE -> ignored(operation, error);
    }
  }

  /** A background operation worked, or is not wanted any more. */
  void succeeded(String operation) {
    switch (outages.succeeded(operation)) {
      case STORE -> info("WB-0103 The store is back. Deliveries go on.");
      case OPERATION -> info("WB-0104 " + operation + " works again.");
      case NONE -> {}
    }
  }

  /** A background operation is not tried any more, whether it worked or not. */
  void forget(String operation) {
    outages.forget(operation);
  }

  /** The adapter stops: what still runs may fail, and nothing is tried again. */
  void stop() {
    outages.stop();
  }

  /** Something failed that repairs itself. */
  void ignored(String operation, Throwable error) {
    debug("WB-0100 " + operation + " failed: " + text(error));
  }

  /** A listener runs for long. */
  void slow(String bean, List<Lease> leases, Duration age) {
    Lease lease = leases.get(0);
    int others = leases.size() - 1;
    warn(
        "WB-0110 "
            + bean
            + " has been handling message "
            + lease.messageId()
            + (others == 0 ? "" : " and " + others + " more of its batch")
            + " of queue "
            + lease.queue()
            + " (attempt "
            + lease.attempt()
            + ") for "
            + age.toSeconds()
            + " s. It is not interrupted. If that is its normal pace, raise slowWarning; if it"
            + " hangs, maxLease bounds how long it keeps the message.");
  }

  /** A lease was lost while its listener ran. */
  void leaseLost(String bean, Lease lease) {
    warn(
        "WB-0111 "
            + bean
            + " lost the lease of message "
            + lease.messageId()
            + " of queue "
            + lease.queue()
            + " (attempt "
            + lease.attempt()
            + ") while handling it; its transaction was rolled back and the message is tried"
            + " again. If the database has just crashed, nothing is to be done. Else, if handling"
            + " takes long, keep leaseRenewal on or raise leaseDuration or maxLease.");
  }

  /** A failed attempt has no lease to record it by. */
  void failureNotRecorded(String bean, Lease lease) {
    info(
        "WB-0112 "
            + bean
            + ": attempt "
            + lease.attempt()
            + " at message "
            + lease.messageId()
            + " of queue "
            + lease.queue()
            + " was reported as failed, but its lease is over. Either its transaction committed and"
            + " only the answer was lost, or the lease ran out before and the message is tried"
            + " again.");
  }

  /** An attempt moved a message to its dead-letter queue. */
  void deadLettered(String where, Lease lease, QueueName deadLetterQueue, String error) {
    deadLettered(where, lease.messageId(), lease.queue(), lease.attempt(), deadLetterQueue, error);
  }

  void deadLettered(
      String where, UUID message, QueueName queue, int attempt, QueueName target, String error) {
    warn(
        "WB-0120 "
            + where
            + ": message "
            + message
            + " of queue "
            + queue
            + " was moved to "
            + target
            + " after attempt "
            + attempt
            + ": "
            + error);
  }

  /** A lease ran out: its consumer died or hung. */
  void expired(UUID message, QueueName queue, int attempt) {
    info(
        "WB-0122 The lease of message "
            + message
            + " of queue "
            + queue
            + " (attempt "
            + attempt
            + ", outcome "
            + AttemptOutcome.EXPIRED
            + ") ran out; it is tried again.");
  }

  /** The row that kept an activation's leases was removed. */
  void termLost(String bean) {
    warn(
        "WB-0130 "
            + bean
            + " could not renew its leases in time; they are lost and their messages are tried"
            + " again. Either the store was out of reach for longer than leaseDuration, or this"
            + " server stood still.");
  }

  /** Leases were found that nobody here knows. */
  void orphans(String bean, int givenBack, int failed) {
    info(
        "WB-0131 "
            + bean
            + ": of the leases that no delivery holds, "
            + givenBack
            + " were given back and "
            + failed
            + " recorded as failed attempts.");
  }

  /** A stop did not wait for what still ran. */
  void drainTimedOut(String bean, int running, Duration waited) {
    warn(
        "WB-0140 "
            + bean
            + " was stopped while "
            + running
            + (running == 1 ? " delivery" : " deliveries")
            + " still ran after drainTimeout ("
            + waited.toSeconds()
            + " s). Their leases are not renewed any more: what does not commit in time is tried"
            + " again.");
  }

  /** All deliveries of an activation fail. */
  void slowedDown(String bean, String error) {
    warn(
        "WB-0150 "
            + bean
            + ": the last deliveries have all failed, "
            + Breaker.FAILURES
            + " of messages that were not tried before or "
            + Breaker.MOST_FAILURES
            + " of any; the last error: "
            + error
            + ". From now on it tries one message at a time, after a pause of "
            + Breaker.SHORTEST.toSeconds()
            + " s that grows to "
            + Breaker.LONGEST.toSeconds()
            + " s, until one succeeds; what it does not try keeps its attempts. Look for what the"
            + " failures have in common, such as a service that is out of reach. breaker=off"
            + " switches this off.");
  }

  /** A delivery succeeded again. */
  void fullSpeed(String bean) {
    info("WB-0151 " + bean + ": a delivery has succeeded. It goes on at full speed.");
  }

  /** Somebody has asked for a message and does not settle it. */
  void pending(Lease lease, Duration age) {
    warn(
        "WB-0160 Message "
            + lease.messageId()
            + " of queue "
            + lease.queue()
            + " (attempt "
            + lease.attempt()
            + "), taken by QueueConsumer.next, has been pending for "
            + age.toSeconds()
            + " s. Its lease is renewed until it is settled or its consumer is closed. If it was"
            + " forgotten, complete each message, or close the consumer.");
  }

  /** The container broke a promise; the activation goes on. */
  void unexpected(String where, Throwable error) {
    logger.log(Level.ERROR, "WB-0199 " + where + " failed unexpectedly: " + text(error), error);
  }

  /** What an error says, for people. */
  static String text(Throwable error) {
    String message = error.getMessage();
    return message == null || message.isBlank()
        ? error.getClass().getName()
        : error.getClass().getSimpleName() + ": " + message;
  }

  private void warn(String line) {
    logger.log(Level.WARNING, line);
  }

  private void info(String line) {
    logger.log(Level.INFO, line);
  }

  private void debug(String line) {
    logger.log(Level.DEBUG, line);
  }
}
