package dev.waybill.sample.order;

import java.util.List;
import java.util.stream.Collectors;

/** An order that cannot be accepted as it is; nothing was stored. */
public class InvalidOrderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** An order with all that is wrong with it. */
  public InvalidOrderException(List<Problem> problems) {
    super(
        problems.stream()
            .map(p -> p.where() + " " + p.what() + " (accepted: " + p.accepted() + ")")
            .collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** Everything that is wrong, at least one. */
  public List<Problem> problems() {
    return problems;
  }
}
