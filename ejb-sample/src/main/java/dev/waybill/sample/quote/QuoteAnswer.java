package dev.waybill.sample.quote;

import jakarta.json.bind.annotation.JsonbPropertyOrder;

/**
 * How asking for a quote ended.
 *
 * @param status {@code completed}, {@code refused} or {@code timedOut}
 * @param quote null unless completed
 * @param reason null unless refused
 */
@JsonbPropertyOrder({"status", "quote", "reason"})
public record QuoteAnswer(String status, Quote quote, String reason) {

  /** There is a quote. */
  public static QuoteAnswer completed(Quote quote) {
    return new QuoteAnswer("completed", quote, null);
  }

  /** There will be none. */
  public static QuoteAnswer refused(String reason) {
    return new QuoteAnswer("refused", null, reason);
  }

  /** Nobody has answered in time. */
  public static QuoteAnswer timedOut() {
    return new QuoteAnswer("timedOut", null, null);
  }
}
