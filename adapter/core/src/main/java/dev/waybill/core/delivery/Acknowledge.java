package dev.waybill.core.delivery;

import java.util.Optional;

/** What becomes of a message that its listener decided nothing about. */
public enum Acknowledge {
  /** It is completed. */
  AUTO,
  /** It is tried again, by the schedule. */
  EXPLICIT;

  /** The decision that holds where none was made. */
  Decision undecided() {
    return this == AUTO ? new Decision.Done() : new Decision.TryAgain(Optional.empty());
  }
}
