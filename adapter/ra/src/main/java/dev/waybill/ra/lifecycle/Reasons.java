package dev.waybill.ra.lifecycle;

/** What an error says at its root, as one line. */
final class Reasons {

  private static final int LONGEST = 300;

  private Reasons() {}

  static String of(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? root.toString() : root.getMessage();
    String line = text.replaceAll("\\s+", " ").trim();
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
