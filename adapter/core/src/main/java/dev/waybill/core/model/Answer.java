package dev.waybill.core.model;

import java.util.Objects;

/** How a message was settled, as it is told to somebody who waits for that. */
public sealed interface Answer {

  /**
   * It is done.
   *
   * @param response JSON; null if there is none, or none is known
   */
  record Completed(String response) implements Answer {}

  /**
   * It was given up.
   *
   * @param reason for people
   */
  record DeadLettered(String reason) implements Answer {
    /** Checks that no part is missing. */
    public DeadLettered {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
