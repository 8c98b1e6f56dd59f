package dev.waybill.testkit.postgres;

import java.util.Locale;

/** How a server is asked to stop. All modes but a kill leave no child process behind. */
public enum StopMode {
  /** Waits until every client has gone. */
  SMART,
  /** Rolls back what is open and disconnects the clients. */
  FAST,
  /** Ends at once; the next start recovers from the log, as after a power cut. */
  IMMEDIATE;

  String argument() {
    return name().toLowerCase(Locale.ROOT);
  }
}
