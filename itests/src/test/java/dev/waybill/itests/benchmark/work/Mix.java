package dev.waybill.itests.benchmark.work;

/** What is special about the messages of a run. */
public enum Mix {
  /** Nothing: all ready, one priority, no keys. */
  PLAIN,
  /** Priorities 0 to 9, and every tenth message delayed by up to a second. */
  MIXED,
  /** Each message has one of {@value Item#KEYS} ordering keys. */
  KEYED
}
