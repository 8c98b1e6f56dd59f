package dev.waybill.api.cdi;

import dev.waybill.api.QueueProducer;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes a bean for each {@link Queue} that an application injects. */
public class QueueExtension implements Extension {

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9._-]{1,100}:[A-Za-z0-9._-]{1,100}");

  private final Map<Queue, InjectionPoint> producers = new LinkedHashMap<>();

  void producerOf(@Observes ProcessInjectionPoint<?, QueueProducer> event) {
    InjectionPoint point = event.getInjectionPoint();
    for (Annotation qualifier : point.getQualifiers()) {
      if (qualifier instanceof Queue queue) {
        producers.putIfAbsent(queue, point);
      }
    }
  }

  void addBeans(@Observes AfterBeanDiscovery discovery) {
    producers.forEach(
        (queue, point) -> {
          if (NAME.matcher(queue.value()).matches()) {
            discovery
                .<QueueProducer>addBean()
                .types(QueueProducer.class, Object.class)
                .qualifiers(queue)
                .scope(Dependent.class)
                .createWith(
                    context ->
                        new ProducerOfQueue(
                            queue.value(), new Named<>(QueueProducer.class, queue)));
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
