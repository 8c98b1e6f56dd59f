package dev.waybill.ra.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with a configuration.
 *
 * @param property the property's name
 * @param value the offending text; null if absent or confidential
 * @param what what is wrong with it, continuing a sentence
 * @param accepted the accepted values
 * @param fix what to do, an imperative
 */
public record Problem(String property, String value, String what, String accepted, String fix) {

  @Override
  public String toString() {
    return property
        + (value == null ? "" : "=\"" + value + "\"")
        + " "
        + what
        + "; accepted: "
        + accepted
        + "; fix: "
        + fix;
  }

  /** Several problems as one line. */
  public static String line(List<Problem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).toString();
    }
    return problems.size()
        + " problems: "
        + problems.stream().map(Problem::toString).collect(Collectors.joining(" | "));
  }
}
