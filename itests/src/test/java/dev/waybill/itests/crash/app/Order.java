package dev.waybill.itests.crash.app;

/**
 * An order, as a message carries it.
 *
 * @param number the order's number
 * @param kind what happens to it
 */
record Order(long number, String kind) {

  static final String ORDERS = "crash:orders";
  static final String SHIPMENTS = "crash:shipments";
  static final String DEAD = "crash:dead";

  static Order parse(String text) {
    String[] words = text.split(" ", 2);
    return new Order(Long.parseLong(words[0]), words[1]);
  }

  String text() {
    return number + " " + kind;
  }

  boolean is(String what) {
    return kind.equals(what);
  }
}
