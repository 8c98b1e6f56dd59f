package dev.waybill.core.store;

/** How a transaction commits. */
enum Path {
  LOCAL,
  JOINED,
  ONE_PHASE,
  TWO_PHASE
}
