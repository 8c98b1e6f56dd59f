package dev.waybill.ra.outbound;

import dev.waybill.ra.OpenAdapter;

/** What one application works with while one store is open. */
interface Session {

  /** The adapter whose store is open. */
  OpenAdapter adapter();

  /** Whether it can still be used with the adapter. */
  @SuppressWarnings("ReferenceEquality")
  default boolean isOf(OpenAdapter other) {
    return adapter() == other;
  }
}
