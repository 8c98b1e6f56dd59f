package dev.waybill.core.store;

import java.time.Duration;
import java.util.Objects;

/**
 * Somebody who keeps the database from removing dead rows: as long as he may still want to see
 * them, scans walk past more and more of them.
 *
 * @param holder what it is and how to find it, for people
 * @param mark the oldest thing it still wants to see; while this changes it makes progress
 * @param age how long its transaction has been open; zero where the database does not say
 */
public record Horizon(String holder, String mark, Duration age) {

  /** Checks that no part is missing. */
  public Horizon {
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(age, "age");
  }
}
