package dev.waybill.sample.bulk;

import dev.waybill.sample.order.InvalidOrderException;
import dev.waybill.sample.order.NewOrder;
import dev.waybill.sample.order.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads orders from comma-separated lines: a header {@code customer,article,quantity}, then one
 * order a line. None of the three can hold a comma, so nothing is quoted. Empty lines are skipped.
 */
public final class OrderFile {

  private static final String HEADER = "customer,article,quantity";

  private OrderFile() {}

  /** The orders that come with the application. */
  public static List<NewOrder> bundled() {
    try (InputStream file = OrderFile.class.getResourceAsStream("orders.csv")) {
      return read(new InputStreamReader(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads all orders.
   *
   * @throws InvalidOrderException for the first line that is not an order, with its number
   */
  static List<NewOrder> read(Reader source) throws IOException {
    BufferedReader lines = new BufferedReader(source);
    String header = lines.readLine();
    if (header == null || !header.strip().equals(HEADER)) {
      throw invalid(1, header == null ? "is missing" : "was \"" + header + "\"", HEADER);
    }
    List<NewOrder> orders = new ArrayList<>();
    int number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        orders.add(order(number, line));
      }
    }
    return orders;
  }

  private static NewOrder order(int number, String line) {
    String[] parts = line.split(",", -1);
    if (parts.length != 3) {
      throw invalid(number, "has " + parts.length + " parts", "three: " + HEADER);
    }
    try {
      return new NewOrder(parts[0].strip(), parts[1].strip(), Integer.parseInt(parts[2].strip()));
    } catch (NumberFormatException e) {
      throw invalid(number, "has quantity \"" + parts[2].strip() + "\"", "a whole number");
    } catch (InvalidOrderException e) {
      throw invalid(number, "is no order: " + e.getMessage(), HEADER);
    }
  }

  private static InvalidOrderException invalid(int line, String what, String accepted) {
    return new InvalidOrderException(
        List.of(new Problem("line " + line, what, accepted, "correct the line and import again")));
  }
}
