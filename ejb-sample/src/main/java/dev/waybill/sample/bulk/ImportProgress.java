package dev.waybill.sample.bulk;

import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.time.Instant;

/**
 * How far an import is.
 *
 * @param state where it stands
 * @param placed orders placed so far
 * @param total orders in the file
 * @param startedAt null if there was none yet
 * @param finishedAt null until it ends
 * @param error why it failed; null unless it did
 */
@JsonbPropertyOrder({"state", "placed", "total", "startedAt", "finishedAt", "error"})
public record ImportProgress(
    State state, int placed, int total, Instant startedAt, Instant finishedAt, String error) {

  /** Where an import stands. */
  public enum State {
    /** None since the application started. */
    NONE,
    /** Placing orders. */
    RUNNING,
    /** All orders are placed. */
    FINISHED,
    /** Stopped early; the orders counted as placed are placed, the others are not. */
    FAILED
  }

  /** No import yet. */
  public static ImportProgress none() {
    return new ImportProgress(State.NONE, 0, 0, null, null, null);
  }

  /** An import that starts now; its size is known once the file is read. */
  public static ImportProgress started(Instant now) {
    return new ImportProgress(State.RUNNING, 0, 0, now, null, null);
  }

  /** The same import, its file read. */
  public ImportProgress of(int total) {
    return new ImportProgress(state, placed, total, startedAt, null, null);
  }

  /** The same import with more orders placed. */
  public ImportProgress plus(int more) {
    return new ImportProgress(state, placed + more, total, startedAt, null, null);
  }

  /** The same import, done. */
  public ImportProgress finished(Instant now) {
    return new ImportProgress(State.FINISHED, placed, total, startedAt, now, null);
  }

  /** The same import, given up. */
  public ImportProgress failed(String error, Instant now) {
    return new ImportProgress(State.FAILED, placed, total, startedAt, now, error);
  }

  /** Whether it is still placing orders. */
  boolean running() {
    return state == State.RUNNING;
  }
}
