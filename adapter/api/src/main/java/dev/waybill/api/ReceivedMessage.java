package dev.waybill.api;

import java.time.Instant;

/**
 * A message that was received by {@link QueueReceiver#receive} and is leased to the caller.
 *
 * <p>Its decisions are calls of the receiver: {@link #ack}, {@link #complete}, {@link #retry()},
 * {@link #retry(java.time.Duration)} and {@link #reject} settle at once, in the active transaction
 * or in a commit of their own, as {@link QueueReceiver#ack} and its kin do with {@link #lease}; a
 * second one is refused with {@code CONFLICT}. {@link #extendLease} is {@link
 * QueueReceiver#extendLease}. Not thread-safe; the lease may be settled by any thread of any node.
 */
public interface ReceivedMessage extends Message {

  /**
   * What settles the message: an opaque text of at most 100 characters (letters, digits, {@code -}
   * and {@code _}). It may be kept anywhere and used on any node, also after a restart, as long as
   * the lease lives.
   */
  String lease();

  /**
   * When the lease runs out, by the clock of the queue's database. {@link
   * QueueReceiver#extendLease} moves it; this value stays that of the receive.
   */
  Instant leasedUntil();
}
