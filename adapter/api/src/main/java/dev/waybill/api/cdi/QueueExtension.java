package dev.waybill.api.cdi;

import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Makes a bean for each {@link Queue} that an application injects. */
public class QueueExtension implements Extension {

  private static final String PRODUCER = "java:app/waybill/Producer";
  private static final String RECEIVER = "java:app/waybill/Receiver";
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9._-]{1,100}:[A-Za-z0-9._-]{1,100}");

  private final Map<Queue, InjectionPoint> producers = new LinkedHashMap<>();
  private final Map<Queue, InjectionPoint> receivers = new LinkedHashMap<>();

  void producerOf(@Observes ProcessInjectionPoint<?, QueueProducer> event) {
    note(event.getInjectionPoint(), producers);
  }

  void receiverOf(@Observes ProcessInjectionPoint<?, QueueReceiver> event) {
    note(event.getInjectionPoint(), receivers);
  }

  private static void note(InjectionPoint point, Map<Queue, InjectionPoint> points) {
    for (Annotation qualifier : point.getQualifiers()) {
      if (qualifier instanceof Queue queue) {
        points.putIfAbsent(queue, point);
      }
    }
  }

  void addBeans(@Observes AfterBeanDiscovery discovery) {
    addBeans(
        discovery,
        producers,
        QueueProducer.class,
        queue ->
            new ProducerOfQueue(queue.value(), new Named<>(QueueProducer.class, queue, PRODUCER)));
    addBeans(
        discovery,
        receivers,
        QueueReceiver.class,
        queue ->
            new ReceiverOfQueue(queue.value(), new Named<>(QueueReceiver.class, queue, RECEIVER)));
  }

  private static <T> void addBeans(
      AfterBeanDiscovery discovery,
      Map<Queue, InjectionPoint> points,
      Class<T> type,
      Function<Queue, T> create) {
    points.forEach(
        (queue, point) -> {
          if (NAME.matcher(queue.value()).matches()) {
            discovery
                .<T>addBean()
                .types(type, Object.class)
                .qualifiers(queue)
                .scope(Dependent.class)
                .createWith(context -> create.apply(queue));
          } else {
            discovery.addDefinitionError(invalid(queue, point));
          }
        });
  }

  private static Exception invalid(Queue queue, InjectionPoint point) {
    return new IllegalArgumentException(
        "@Queue(\""
            + queue.value()
            + "\") at "
            + point.getMember()
            + " names no queue; accepted are namespace:name, both parts 1 to 100 of A-Z a-z 0-9 ."
            + " _ -. Correct the annotation.");
  }
}
