package dev.waybill.sample.cookbook;

import java.util.List;
import java.util.UUID;

/** The rest of the application that the examples belong to: rows in its database. */
public interface Shop {

  /** What the stock says to an order. */
  enum Stock {
    RESERVED,
    ARRIVES_SOON,
    SHORT
  }

  void store(PlacedOrder order);

  Stock reserve(PlacedOrder order);

  Price price(PlacedOrder order);

  void ship(PlacedOrder order);

  void shipExpress(PlacedOrder order);

  void print(PlacedOrder order);

  void note(String text);

  void fail(PlacedOrder order, String reason);

  void confirmed(PlacedOrder order, UUID messageId);

  String keep(byte[] scan);

  List<Integer> pages(PlacedOrder order);

  void render(PlacedOrder order, int page);
}
