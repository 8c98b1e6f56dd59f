package dev.waybill.ra.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads configured texts by their definitions and collects everything that is wrong with them. */
final class Reading {

  private final Map<String, String> texts = new TreeMap<>();
  private final List<Problem> problems = new ArrayList<>();

  /** Takes the configured texts; empty ones count as absent, as some consoles write those. */
  Reading(Map<String, String> configured) {
    configured.forEach(
        (name, text) -> {
          if (text != null && !text.isBlank()) {
            texts.put(name, text.trim());
          }
        });
  }

  /** Whether the property was configured at all. */
  boolean isSet(Property<?> property) {
    return texts.containsKey(property.name());
  }

  /** The configured text, or null. */
  String text(Property<?> property) {
    return texts.get(property.name());
  }

  /** The value or the default; empty if there is neither, or the text was rejected. */
  <T> Optional<T> find(Property<T> property) {
    String text = texts.getOrDefault(property.name(), property.standard().orElse(null));
    if (text == null) {
      return Optional.empty();
    }
    if (text.contains("${")) {
      problems.add(
          property.problem(
              text,
              "holds a placeholder that the server did not resolve",
              "define what the placeholder names, or write the value itself"));
      return Optional.empty();
    }
    try {
      return Optional.of(property.type().parse(text));
    } catch (ValueType.Rejected e) {
      problems.add(property.problem(text, e.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * The value, or the default, also where the text was rejected: reading goes on to find more
   * problems, and the result is not used then.
   */
  <T> T get(Property<T> property) {
    return find(property).orElseGet(() -> defaultOf(property));
  }

  private static <T> T defaultOf(Property<T> property) {
    try {
      return property.type().parse(property.standard().orElseThrow());
    } catch (ValueType.Rejected e) {
      throw new IllegalStateException("The default of " + property.name() + " is wrong", e);
    }
  }

  /** Adds a problem that concerns more than one property. */
  void add(Problem problem) {
    problems.add(problem);
  }

  /** Everything that was found so far. */
  List<Problem> problems() {
    return List.copyOf(problems);
  }
}
