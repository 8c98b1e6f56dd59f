package dev.waybill.itests.audit;

/**
 * How often something was done about one order, as the business table says. The table has no unique
 * key, so that what is done twice is there twice.
 *
 * @param placed rows of the sender
 * @param handled rows of the first consumer
 * @param shipped rows of the second consumer
 * @param dead rows of the dead-letter queue's consumer
 */
public record Effects(long placed, long handled, long shipped, long dead) {

  /** Nothing was done. */
  public static final Effects NONE = new Effects(0, 0, 0, 0);

  /** Whether the order has come to an end. */
  public boolean ended() {
    return shipped + dead > 0;
  }

  /** Effects that exclude each other, or are there more than once. */
  long tooMany() {
    return beyondOne(placed)
        + beyondOne(handled)
        + beyondOne(shipped)
        + beyondOne(dead)
        + (dead > 0 && handled + shipped > 0 ? 1 : 0);
  }

  private static long beyondOne(long count) {
    return Math.max(0, count - 1);
  }
}
