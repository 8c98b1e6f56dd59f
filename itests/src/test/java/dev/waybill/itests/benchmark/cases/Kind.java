package dev.waybill.itests.benchmark.cases;

/** What is done as fast as possible. */
public enum Kind {
  CONSUME,
  ENQUEUE
}
