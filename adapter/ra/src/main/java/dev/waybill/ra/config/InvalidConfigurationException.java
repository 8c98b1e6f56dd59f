package dev.waybill.ra.config;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class InvalidConfigurationException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Wrong configuration.
   *
   * @param where whose configuration it is: the adapter, or a bean
   * @param problems one or more
   */
  public InvalidConfigurationException(String where, List<Problem> problems) {
    super(where + ": " + Problem.line(problems));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong. */
  public List<Problem> problems() {
    return problems;
  }
}
