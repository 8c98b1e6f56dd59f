package dev.waybill.core.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Who waits for the settlement of a message: carried by the message, so that whoever settles it
 * knows.
 *
 * @param incarnation the start of the node where somebody waits
 * @param group the consumer group whose settlement is waited for
 * @param until when nobody waits any more
 */
public record Awaiter(String incarnation, String group, Instant until) {

  /** Checks that no part is missing. */
  public Awaiter {
    Objects.requireNonNull(incarnation, "incarnation");
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(until, "until");
  }

  /** As one column. */
  public String encode() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, until) + " " + group + " " + incarnation;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param text may be null
   * @param group the group of the delivery
   * @return null if nobody waits for that group
   */
  public static Awaiter decode(String text, String group) {
    if (text == null) {
      return null;
    }
    String[] parts = text.split(" ", 3);
    return parts[1].equals(group)
        ? new Awaiter(
            parts[2],
            group,
            Instant.EPOCH.plus(Duration.of(Long.parseLong(parts[0]), ChronoUnit.MICROS)))
        : null;
  }
}
