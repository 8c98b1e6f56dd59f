package dev.waybill.ra.inbound;

import dev.waybill.api.QueueBatchListener;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueuePayloadListener;
import dev.waybill.ra.config.ActivationConfiguration;
import dev.waybill.ra.config.Problem;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the class of a message-driven bean says about its activation.
 *
 * @param type the class
 */
record EndpointClass(Class<?> type) {

  private static final String LISTENERS =
      QueueListener.class.getName()
          + ", "
          + QueueBatchListener.class.getName()
          + ", "
          + QueuePayloadListener.class.getName();

  /** Checks that no part is missing. */
  EndpointClass {
    Objects.requireNonNull(type, "type");
  }

  /** The name of the bean, for people. */
  String bean() {
    return type.getSimpleName();
  }

  /** What the bean's own annotation configures; containers fill in the defaults of ra.xml. */
  private Map<String, String> annotated() {
    Map<String, String> annotated = new LinkedHashMap<>();
    MessageDriven annotation = type.getAnnotation(MessageDriven.class);
    if (annotation != null) {
      for (ActivationConfigProperty property : annotation.activationConfig()) {
        annotated.put(property.propertyName(), property.propertyValue());
      }
    }
    return annotated;
  }

  /** Properties in the bean's annotation that no activation has; containers just drop them. */
  List<Problem> unknownProperties() {
    Map<String, String> annotated = annotated();
    return ActivationConfiguration.unknown(annotated.keySet()).stream()
        .map(
            problem ->
                new Problem(
                    problem.property(),
                    annotated.get(problem.property()),
                    problem.what(),
                    problem.accepted(),
                    problem.fix()))
        .toList();
  }

  /**
   * How its listener is called.
   *
   * @param texts what is configured
   * @param problems receives what is wrong
   * @return empty if there are problems
   */
  Optional<ListenerCall> listener(Map<String, String> texts, List<Problem> problems) {
    List<Problem> found = new ArrayList<>();
    Optional<String> payloadType =
        Optional.ofNullable(texts.get("payloadType")).map(String::trim).filter(t -> !t.isEmpty());
    Optional<ListenerType> listener = ListenerType.of(type);
    ListenerCall call = null;
    if (listener.isEmpty()) {
      found.add(listenerProblem("is none of Waybill's", "implement one of them"));
    } else {
      switch (listener.get()) {
        case MESSAGE -> {
          call = new ListenerCall.WithMessage();
          refusePayloadType(payloadType, "QueueListener", found);
        }
        case PAYLOAD ->
            call =
                payloadType
                    .map(name -> load(name, found))
                    .orElseGet(() -> Optional.of(Object.class))
                    .map(ListenerCall.WithPayload::new)
                    .orElse(null);
        case BATCH -> {
          call = new ListenerCall.WithBatch();
          refusePayloadType(payloadType, "QueueBatchListener", found);
        }
      }
      if (listener.get() != ListenerType.BATCH) {
        found.addAll(ActivationConfiguration.batchOnly(annotated()));
      }
    }
    problems.addAll(found);
    return found.isEmpty() ? Optional.ofNullable(call) : Optional.empty();
  }

  private static void refusePayloadType(
      Optional<String> payloadType, String listener, List<Problem> problems) {
    payloadType.ifPresent(
        name ->
            problems.add(
                payloadProblem(
                    name,
                    "has no effect on a " + listener,
                    "remove it, or implement QueuePayloadListener")));
  }

  private Optional<Class<?>> load(String name, List<Problem> problems) {
    try {
      return Optional.of(Class.forName(name, false, type.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      problems.add(
          payloadProblem(
              name,
              "cannot be loaded by the bean's application (" + e + ")",
              "write the full name of a class in the application"));
      return Optional.empty();
    }
  }

  private static Problem listenerProblem(String what, String fix) {
    return new Problem("message listener interface", null, what, LISTENERS, fix);
  }

  private static Problem payloadProblem(String value, String what, String fix) {
    return new Problem(
        "payloadType",
        value,
        what,
        "the name of a class of the application, for a QueuePayloadListener",
        fix);
  }
}
