package dev.waybill.ra.config;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.DurationText;
import dev.waybill.core.model.QueueName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the text of a property becomes a value, and what text is accepted.
 *
 * @param <T> the value
 */
public sealed interface ValueType<T> {

  /** One word for the reference page. */
  String label();

  /** The accepted values, for people. */
  String accepted();

  /**
   * Reads a value.
   *
   * @param text trimmed, not empty
   * @return the value
   * @throws Rejected if the text is not accepted
   */
  T parse(String text) throws Rejected;

  /** A text that a property does not accept; the message says what is wrong with it. */
  final class Rejected extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, continuing a sentence that begins with property and value. */
    public Rejected(String message) {
      super(message);
    }
  }

  /**
   * Any text.
   *
   * @param accepted what it should be
   */
  record Text(String accepted) implements ValueType<String> {
    @Override
    public String label() {
      return "text";
    }

    @Override
    public String parse(String text) {
      return text;
    }
  }

  /** A word that never appears in logs. */
  record Secret() implements ValueType<String> {
    @Override
    public String label() {
      return "secret";
    }

    @Override
    public String accepted() {
      return "any text";
    }

    @Override
    public String parse(String text) {
      return text;
    }
  }

  /** True or false, and nothing else. */
  record Flag() implements ValueType<Boolean> {
    @Override
    public String label() {
      return "boolean";
    }

    @Override
    public String accepted() {
      return "true or false";
    }

    @Override
    public Boolean parse(String text) throws Rejected {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new Rejected("is neither true nor false");
      };
    }
  }

  /**
   * An integer.
   *
   * @param min the least accepted
   * @param max the greatest accepted
   * @param unit what it counts
   */
  record Whole(int min, int max, String unit) implements ValueType<Integer> {
    @Override
    public String label() {
      return "integer";
    }

    @Override
    public String accepted() {
      return min + " to " + max + " " + unit;
    }

    @Override
    public Integer parse(String text) throws Rejected {
      int value;
      try {
        value = Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new Rejected("is not an integer");
      }
      if (value < min || value > max) {
        throw new Rejected("is out of range");
      }
      return value;
    }
  }

  /**
   * A duration as {@link DurationText} reads it.
   *
   * @param min the shortest accepted
   * @param max the longest accepted
   */
  record Span(Duration min, Duration max) implements ValueType<Duration> {
    @Override
    public String label() {
      return "duration";
    }

    @Override
    public String accepted() {
      return "duration from "
          + DurationText.format(min)
          + " to "
          + DurationText.format(max)
          + ", an integer with ms, s, m, h or d, or ISO-8601";
    }

    @Override
    public Duration parse(String text) throws Rejected {
      Duration value;
      try {
        value = DurationText.parse(text);
      } catch (QueueException e) {
        throw new Rejected(
            text.matches("\\d+") ? "is a number without a unit" : "is not a duration");
      }
      if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
        throw new Rejected("is out of range");
      }
      return value;
    }
  }

  /**
   * One of a few words.
   *
   * @param values the words, as constants
   * @param <E> their enum
   */
  record Choice<E extends Enum<E>>(Class<E> values) implements ValueType<E> {
    @Override
    public String label() {
      return "choice";
    }

    @Override
    public String accepted() {
      return Arrays.stream(values.getEnumConstants())
          .map(constant -> constant.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));
    }

    @Override
    public E parse(String text) throws Rejected {
      for (E constant : values.getEnumConstants()) {
        if (constant.name().equalsIgnoreCase(text)) {
          return constant;
        }
      }
      throw new Rejected("is none of the accepted words");
    }
  }

  /** Names of classes and packages, separated by commas. */
  record Classes() implements ValueType<List<String>> {

    private static final String PART = "[\\p{L}_$][\\p{L}\\p{N}_$]*";
    private static final String ENTRY = PART + "(\\." + PART + ")*(\\.\\*{1,2})?";

    @Override
    public String label() {
      return "classes";
    }

    @Override
    public String accepted() {
      return "names of classes, packages with .*, or packages and all below them with .**;"
          + " separated by commas";
    }

    @Override
    public List<String> parse(String text) throws Rejected {
      List<String> entries = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        String entry = part.trim();
        if (!entry.matches(ENTRY)) {
          throw new Rejected("has a part \"" + entry + "\" that names neither class nor package");
        }
        entries.add(entry);
      }
      return List.copyOf(entries);
    }
  }

  /** A queue. */
  record Queue() implements ValueType<QueueName> {
    @Override
    public String label() {
      return "queue";
    }

    @Override
    public String accepted() {
      return "namespace:name, both parts 1 to 100 of A-Z a-z 0-9 . _ -";
    }

    @Override
    public QueueName parse(String text) throws Rejected {
      try {
        return QueueName.parse(text);
      } catch (QueueException e) {
        throw new Rejected(
            text.indexOf(':') < 0 ? "has no namespace" : "is not of the form namespace:name");
      }
    }
  }

  /** One or more queues, separated by commas. */
  record Queues() implements ValueType<List<QueueName>> {
    @Override
    public String label() {
      return "queues";
    }

    @Override
    public String accepted() {
      return "namespace:name, both parts 1 to 100 of A-Z a-z 0-9 . _ -; several separated by"
          + " commas";
    }

    @Override
    public List<QueueName> parse(String text) throws Rejected {
      List<QueueName> names = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        QueueName name;
        try {
          name = new Queue().parse(part.trim());
        } catch (Rejected e) {
          throw part.trim().equals(text)
              ? e
              : new Rejected("has a part \"" + part.trim() + "\" that " + e.getMessage());
        }
        if (names.contains(name)) {
          throw new Rejected("names " + name + " twice");
        }
        names.add(name);
      }
      return List.copyOf(names);
    }
  }
}
