package dev.waybill.ra.config;

import java.util.Objects;
import java.util.Optional;

/**
 * The one definition of a configuration property: ra.xml, error messages and the reference page
 * follow it. In ra.xml every property is a {@code java.lang.String}, so that a value of the wrong
 * kind is reported by Waybill with all other problems, not by the container alone.
 *
 * @param name as written in ra.xml and annotations
 * @param type what is accepted
 * @param standard the text that holds where nothing is configured; empty: absent
 * @param fix an example that would be accepted, {@code name=value}
 * @param sentence what it does, one or two sentences of Markdown
 * @param <T> its value
 */
public record Property<T>(
    String name, ValueType<T> type, Optional<String> standard, String fix, String sentence) {

  /** Checks that no part is missing. */
  public Property {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(standard, "standard");
    Objects.requireNonNull(fix, "fix");
    Objects.requireNonNull(sentence, "sentence");
  }

  /** A property with a default, which is also the example of an accepted value. */
  static <T> Property<T> of(String name, ValueType<T> type, String standard, String sentence) {
    return new Property<>(
        name, type, Optional.of(standard), "write " + name + "=" + standard, sentence);
  }

  /** A property that may be absent. */
  static <T> Property<T> optional(String name, ValueType<T> type, String example, String sentence) {
    return new Property<>(
        name,
        type,
        Optional.empty(),
        "write for example " + name + "=" + example + ", or leave it out",
        sentence);
  }

  /** A property that must be configured. */
  static <T> Property<T> required(String name, ValueType<T> type, String example, String sentence) {
    return new Property<>(
        name, type, Optional.empty(), "write for example " + name + "=" + example, sentence);
  }

  /** Whether its value must be kept out of logs and messages. */
  public boolean confidential() {
    return type instanceof ValueType.Secret;
  }

  /**
   * A problem with a value of this property.
   *
   * @param value the offending text, null if absent
   * @param what what is wrong, continuing a sentence
   * @return the problem
   */
  public Problem problem(String value, String what) {
    return problem(value, what, fix);
  }

  /**
   * A problem with a value of this property, with a fix of its own.
   *
   * @param value the offending text, null if absent
   * @param what what is wrong, continuing a sentence
   * @param howToFix an imperative
   * @return the problem
   */
  public Problem problem(String value, String what, String howToFix) {
    return new Problem(
        name, value == null || confidential() ? null : value, what, type.accepted(), howToFix);
  }
}
