package dev.waybill.api.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.enterprise.inject.spi.configurator.BeanConfigurator;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an application is told at its deployment, and which beans it gets. */
class QueueExtensionTest {

  private final QueueExtension extension = new QueueExtension();
  private final List<Object> qualifiers = new ArrayList<>();
  private final List<Type> types = new ArrayList<>();
  private final List<Throwable> errors = new ArrayList<>();

  /** A bean of an application. */
  static final class Shop {
    @Queue("app:orders")
    QueueProducer orders;

    @Queue("app:orders")
    QueueProducer ordersAgain;

    @Queue("app:orders")
    QueueReceiver received;

    @Queue("orders")
    QueueProducer withoutNamespace;

    @Queue("app:new orders")
    QueueReceiver withBlank;
  }

  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.get(method.getName())));
  }

  @SuppressWarnings("unchecked")
  private static <T> ProcessInjectionPoint<?, T> injecting(String name) throws Exception {
    Field field = Shop.class.getDeclaredField(name);
    InjectionPoint point =
        answering(
            InjectionPoint.class,
            Map.of("getQualifiers", Set.of(field.getAnnotation(Queue.class)), "getMember", field));
    return answering(ProcessInjectionPoint.class, Map.of("getInjectionPoint", point));
  }

  private AfterBeanDiscovery recording() {
    BeanConfigurator<?> configurator =
        (BeanConfigurator<?>)
            Proxy.newProxyInstance(
                BeanConfigurator.class.getClassLoader(),
                new Class<?>[] {BeanConfigurator.class},
                (proxy, method, arguments) -> {
                  switch (method.getName()) {
                    case "types" -> types.addAll(List.of((Type[]) arguments[0]));
                    case "qualifiers" -> qualifiers.addAll(List.of((Object[]) arguments[0]));
                    default -> {}
                  }
                  return proxy;
                });
    return (AfterBeanDiscovery)
        Proxy.newProxyInstance(
            AfterBeanDiscovery.class.getClassLoader(),
            new Class<?>[] {AfterBeanDiscovery.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("addDefinitionError")) {
                errors.add((Throwable) arguments[0]);
                return null;
              }
              return configurator;
            });
  }

  @Test
  void eachQueueThatIsInjectedHasOneBean() throws Exception {
    extension.producerOf(injecting("orders"));
    extension.producerOf(injecting("ordersAgain"));
    extension.receiverOf(injecting("received"));

    extension.addBeans(recording());

    assertThat(types)
        .containsExactly(QueueProducer.class, Object.class, QueueReceiver.class, Object.class);
    assertThat(qualifiers)
        .hasSize(2)
        .allSatisfy(each -> assertThat(((Queue) each).value()).isEqualTo("app:orders"));
    assertThat(errors).isEmpty();
  }

  @Test
  @Tag("INVALID")
  void aNameThatIsNoQueueFailsTheDeploymentAndSaysWhere() throws Exception {
    extension.producerOf(injecting("orders"));
    extension.producerOf(injecting("withoutNamespace"));
    extension.receiverOf(injecting("withBlank"));

    extension.addBeans(recording());

    assertThat(errors).hasSize(2).hasOnlyElementsOfType(IllegalArgumentException.class);
    assertThat(errors.get(0))
        .hasMessageContainingAll(
            "@Queue(\"orders\")",
            Shop.class.getName() + ".withoutNamespace",
            "names no queue; accepted are namespace:name",
            "Correct the annotation");
    assertThat(errors.get(1))
        .hasMessageContainingAll("@Queue(\"app:new orders\")", ".withBlank", "names no queue");
    assertThat(qualifiers).hasSize(1);
  }
}
