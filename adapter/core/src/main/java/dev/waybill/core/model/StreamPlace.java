package dev.waybill.core.model;

import java.util.Objects;

/**
 * A message's place in the stream of its producer.
 *
 * @param producerId whose stream it is
 * @param incarnation of the owner that sends
 * @param sequence from 1, without gaps
 */
public record StreamPlace(String producerId, long incarnation, long sequence) {

  /** Checks that no part is missing. */
  public StreamPlace {
    Objects.requireNonNull(producerId, "producerId");
  }
}
