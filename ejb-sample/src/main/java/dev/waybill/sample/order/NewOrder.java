package dev.waybill.sample.order;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a customer asks for, checked. Whether the article exists is not checked here: only the
 * warehouse knows, and it is asked later.
 *
 * @param customer 1 to 40 letters, digits, dots, underscores or hyphens
 * @param article 1 to 40 letters, digits or hyphens
 * @param quantity 1 to 1000
 */
public record NewOrder(String customer, String article, int quantity) {

  private static final int MAX_QUANTITY = 1000;
  private static final Pattern CUSTOMER = Pattern.compile("[A-Za-z0-9._-]{1,40}");
  private static final Pattern ARTICLE = Pattern.compile("[A-Za-z0-9-]{1,40}");

  /** Checks the parts. */
  public NewOrder {
    List<Problem> problems = problems(customer, article, quantity);
    if (!problems.isEmpty()) {
      throw new InvalidOrderException(problems);
    }
  }

  private static List<Problem> problems(String customer, String article, int quantity) {
    List<Problem> problems = new ArrayList<>();
    if (customer == null || !CUSTOMER.matcher(customer).matches()) {
      problems.add(
          new Problem(
              "customer",
              given(customer),
              "1 to 40 letters, digits, dots, underscores or hyphens",
              "send the customer's number, as in \"c-1\""));
    }
    if (article == null || !ARTICLE.matcher(article).matches()) {
      problems.add(
          new Problem(
              "article",
              given(article),
              "1 to 40 letters, digits or hyphens",
              "send an article number, as in \"A-100\""));
    }
    if (quantity < 1 || quantity > MAX_QUANTITY) {
      problems.add(
          new Problem(
              "quantity",
              "was " + quantity,
              "a whole number from 1 to " + MAX_QUANTITY,
              "split larger orders"));
    }
    return problems;
  }

  private static String given(String value) {
    return value == null ? "is missing" : "was \"" + Problem.shortened(value) + "\"";
  }
}
