package dev.waybill.sample.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which orders are asked for.
 *
 * @param page from 0
 * @param size orders on a page, 1 to 100
 * @param status only orders that stand here; empty: all
 */
public record PageRequest(int page, int size, Optional<OrderStatus> status) {

  private static final int DEFAULT_SIZE = 20;
  private static final int MAX_SIZE = 100;
  private static final int MAX_PAGE = 1_000_000;

  /**
   * Reads the three as given in a query.
   *
   * @param page null or empty: 0
   * @param size null or empty: 20
   * @param status null or empty: all
   * @throws InvalidOrderException with everything that is wrong with them
   */
  public static PageRequest of(String page, String size, String status) {
    List<Problem> problems = new ArrayList<>();
    PageRequest request =
        new PageRequest(
            number("page", page, 0, 0, MAX_PAGE, problems::add),
            number("size", size, DEFAULT_SIZE, 1, MAX_SIZE, problems::add),
            status(status, problems::add));
    if (!problems.isEmpty()) {
      throw new InvalidOrderException(problems);
    }
    return request;
  }

  /** How many orders come before this page. */
  public int offset() {
    return page * size;
  }

  private static int number(
      String name, String given, int byDefault, int min, int max, Consumer<Problem> problems) {
    if (isAbsent(given)) {
      return byDefault;
    }
    try {
      int number = Integer.parseInt(given.strip());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, like a number out of range
    }
    problems.accept(
        new Problem(
            name,
            "was \"" + Problem.shortened(given) + "\"",
            "a whole number from " + min + " to " + max,
            "leave it out for " + byDefault));
    return byDefault;
  }

  private static Optional<OrderStatus> status(String given, Consumer<Problem> problems) {
    if (isAbsent(given)) {
      return Optional.empty();
    }
    for (OrderStatus status : OrderStatus.values()) {
      if (status.name().equals(given.strip())) {
        return Optional.of(status);
      }
    }
    problems.accept(
        new Problem(
            "status",
            "was \"" + Problem.shortened(given) + "\"",
            "one of " + Arrays.toString(OrderStatus.values()),
            "leave it out for all"));
    return Optional.empty();
  }

  private static boolean isAbsent(String given) {
    return given == null || given.isBlank();
  }
}
