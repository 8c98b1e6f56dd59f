package dev.waybill.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.core.delivery.DeliveryEngine;
import dev.waybill.core.delivery.EngineSettings;
import dev.waybill.ra.LogLines;
import dev.waybill.ra.StepScheduler;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.inbound.Bean.Path;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Activations as the container asks for them, before the store is open. */
class ActiveEndpointsTest {

  private final Bean bean = new Bean(Path.XA);
  private final TinyEndpoints factory = bean.listens(message -> {});
  private final ActiveEndpoints endpoints =
      new ActiveEndpoints(
          new DeliveryEngine(
              EngineSettings.defaults("node"),
              new StepScheduler(),
              (name, pause, step) -> () -> {},
              new Random(1)),
          bean.adapter,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  @Test
  @Tag("M18")
  void aRefusalIsOneLineInTheLogAndAnExceptionForTheServer() {
    bean.spec.setQueue("orders");
    try (LogLines log = new LogLines()) {
      assertThatThrownBy(() -> endpoints.activate(factory, bean.spec))
          .isInstanceOf(NotSupportedException.class)
          .hasNoCause();

      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("SEVERE WB-0002 Activation of Listener: queue=\"orders\"");
    }
  }

  @Test
  void theSameSpecOfAnotherFactoryIsAnotherActivation() throws ResourceException {
    TinyEndpoints other = bean.listens(message -> {});
    endpoints.activate(factory, bean.spec);
    endpoints.activate(other, bean.spec);

    assertThatCode(
            () -> {
              endpoints.deactivate(factory, bean.spec);
              endpoints.deactivate(factory, bean.spec);
              endpoints.deactivate(other, bean.spec);
            })
        .doesNotThrowAnyException();
  }

  @Test
  @Tag("M17")
  void aStoppedAdapterTakesNoActivation() {
    endpoints.close();

    assertThatThrownBy(() -> endpoints.activate(factory, bean.spec))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("Listener");
  }
}
