package dev.waybill.sample.quote;

import dev.waybill.sample.order.NewOrder;
import jakarta.json.bind.annotation.JsonbPropertyOrder;

/**
 * What an order would cost.
 *
 * @param customer who asked
 * @param article for what
 * @param name the article's name
 * @param quantity how many pieces
 * @param unitPriceCents the price of one piece
 * @param totalCents the price of all of them
 */
@JsonbPropertyOrder({"customer", "article", "name", "quantity", "unitPriceCents", "totalCents"})
public record Quote(
    String customer,
    String article,
    String name,
    int quantity,
    long unitPriceCents,
    long totalCents) {

  /** The quote for what was asked, at a price. */
  static Quote of(NewOrder wanted, String name, long unitPriceCents) {
    return new Quote(
        wanted.customer(),
        wanted.article(),
        name,
        wanted.quantity(),
        unitPriceCents,
        wanted.quantity() * unitPriceCents);
  }
}
