package dev.waybill.core.model;

/** How a claim treats messages that were never tried, and those that were. */
public enum ClaimManner {
  /** Whatever is first, each attempt counted in the claim's own commit. */
  COUNTED,
  /**
   * For a consumer that begins at once with the first message. If that was never tried, more of its
   * kind that follow it are leased ahead with it, and no attempt is counted yet; if it was tried,
   * or is to be claimed alone, it comes by itself and its attempt is counted.
   */
  FIRST,
  /**
   * Ahead of any consumer: what is first and was never tried, up to the first message that was. No
   * attempt is counted.
   */
  AHEAD,
  /**
   * Ahead of a consumer of batches: of the first queue in turn that has any, what is first, tried
   * or not, up to the first message that is to be claimed alone. No attempt is counted: the
   * hand-over does, where it must be. If the first message is to be claimed alone, it comes by
   * itself and its attempt is counted.
   */
  BATCH;

  /** Whether a message of those attempts comes by itself, counted in the claim's own commit. */
  public boolean takesAlone(int attempts, boolean claimAlone) {
    return switch (this) {
      case COUNTED -> false;
      case FIRST, AHEAD -> attempts > 0 || claimAlone;
      case BATCH -> claimAlone;
    };
  }
}
