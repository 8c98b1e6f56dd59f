package dev.waybill.itests.audit;

/**
 * What the driver wanted with one order, and what it was told.
 *
 * @param order the order's number
 * @param kind what was asked for
 * @param answer what the server said
 */
public record Intent(long order, Kind kind, Answer answer) {

  /** What an order is placed for. */
  public enum Kind {
    /** Is handled and shipped. */
    PLAIN,
    /** As {@link #PLAIN}; its first attempt throws. */
    FAILS_FIRST,
    /** As {@link #PLAIN}; the database refuses to prepare or commit its first attempt. */
    CLASHES_FIRST,
    /** As {@link #PLAIN}; its handler takes long. */
    SLOW,
    /** Its handler rejects it. */
    REJECTED,
    /** Is placed in a transaction that is rolled back on purpose. */
    ROLLED_BACK;

    /** Whether the order, if it is there, has to end as shipped. */
    public boolean isToBeShipped() {
      return this != REJECTED && this != ROLLED_BACK;
    }
  }

  /** What the driver was told. */
  public enum Answer {
    /** Nothing: the server or the connection was lost. Either fate is right, but only one. */
    NONE,
    /** The order is placed. */
    PLACED,
    /** The order is not placed. An answer in words, no promise: the commit may have been lost. */
    REFUSED
  }
}
