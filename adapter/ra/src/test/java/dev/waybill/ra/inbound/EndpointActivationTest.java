package dev.waybill.ra.inbound;

import static dev.waybill.ra.fake.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueBatchListener;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueuePayloadListener;
import dev.waybill.core.delivery.ActivationSettings;
import dev.waybill.core.delivery.Batching;
import dev.waybill.ra.LogLines;
import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.fake.TinyTransactions;
import dev.waybill.ra.inbound.Bean.Path;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is said about an activation: refused with everything that is wrong, or ready in one line.
 */
class EndpointActivationTest {

  private final QueueActivationSpec spec = new QueueActivationSpec();

  @MessageDriven(
      activationConfig = {
        @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:orders"),
        @ActivationConfigProperty(propertyName = "maxConcurency", propertyValue = "4"),
        @ActivationConfigProperty(propertyName = "colour", propertyValue = "blue")
      })
  static class MisspeltBean implements QueueListener {
    @Override
    public void onMessage(Message message) {}
  }

  static class PlainBean implements QueueListener {
    @Override
    public void onMessage(Message message) {}
  }

  static class PayloadBean implements QueuePayloadListener {
    @Override
    public void onPayload(Object payload) {}
  }

  static class BatchBean implements QueueBatchListener {
    @Override
    public void onBatch(MessageBatch batch) {}
  }

  @MessageDriven(messageListenerInterface = QueueListener.class)
  static class DeclaredBean {
    public void onMessage(Message message) {
      message.ack();
    }
  }

  @MessageDriven(
      activationConfig =
          @ActivationConfigProperty(propertyName = "batchSize", propertyValue = "20"))
  static class HopefulBean implements QueueListener {
    @Override
    public void onMessage(Message message) {}
  }

  static class StrangeBean {}

  private EndpointActivation activate(Object bean, Class<?> listener) throws ResourceException {
    TinyTransactions transactions = new TinyTransactions();
    return EndpointActivation.of(
        new TinyEndpoints(transactions, bean, listener, true),
        spec,
        new TinyAdapter(transactions, false));
  }

  private void assertRefused(Object bean, String... says) {
    assertThatThrownBy(() -> activate(bean, QueueListener.class))
        .isInstanceOf(NotSupportedException.class)
        .hasMessageContainingAll(says)
        .hasMessageNotContainingAny("\n");
  }

  @Test
  @Tag("M18")
  void allProblemsAreReportedAtOnceWithBeanPropertyValueAndFix() {
    spec.setQueue("orders");
    spec.setLeaseDuration("30");
    spec.setMaxAttempts("0");

    assertRefused(
        new MisspeltBean(),
        "MisspeltBean",
        "maxConcurency=\"4\"",
        "write maxConcurrency instead of maxConcurency",
        "colour=\"blue\"",
        "remove it",
        "queue=\"orders\"",
        "leaseDuration=\"30\"",
        "maxAttempts=\"0\"",
        "5 problems");
  }

  @Test
  @Tag("M18")
  void anUnknownPropertyNamesTheAcceptedOnes() {
    spec.setQueue("app:orders");

    assertRefused(new MisspeltBean(), "accepted:", "deadLetterQueue", "retrySchedule", "queue");
  }

  @Test
  @Tag("M9")
  @Tag("M18")
  void aDeadLetterQueueThatIsListenedToIsRefused() {
    spec.setQueue("app:orders, app:returns");
    spec.setDeadLetterQueue("app:returns");

    assertRefused(new PlainBean(), "PlainBean", "deadLetterQueue=\"app:returns\"");
  }

  @Test
  @Tag("M18")
  void aMissingQueueIsRefused() {
    assertRefused(new PlainBean(), "PlainBean", "queue", "is missing");
  }

  @Test
  @Tag("M18")
  void listenersThatGetNothingAreRefused() {
    spec.setQueue("app:orders");

    assertRefused(new StrangeBean(), "StrangeBean", "message listener interface");
  }

  @Test
  @Tag("M4")
  void aBatchListenerGetsBatches() throws ResourceException {
    spec.setQueue("app:orders");
    spec.setBatchSize("20");
    spec.setBatchWait("1s");

    assertThat(
            activate(new BatchBean(), QueueBatchListener.class)
                .settings(Duration.ofSeconds(1), Duration.ofSeconds(9))
                .batching())
        .contains(new Batching(20, Duration.ofSeconds(1)));
    assertThat(
            activate(new PlainBean(), QueueListener.class)
                .settings(Duration.ofSeconds(1), Duration.ofSeconds(9))
                .batching())
        .as("the defaults of ra.xml reach every listener")
        .isEmpty();
  }

  @Test
  @Tag("M18")
  void aBatchSizeInTheAnnotationOfABeanThatGetsNoBatchesIsRefused() {
    spec.setQueue("app:orders");
    spec.setBatchSize("20");

    assertRefused(
        new HopefulBean(),
        "HopefulBean",
        "batchSize=\"20\" has an effect on a QueueBatchListener only",
        "implement QueueBatchListener");
  }

  @Test
  @Tag("M18")
  void aPayloadTypeMustBeAClassAndHaveAnEffect() {
    spec.setQueue("app:orders");
    spec.setPayloadType("com.example.Missing");

    assertRefused(new PayloadBean(), "payloadType=\"com.example.Missing\"", "cannot be loaded");
    assertRefused(new PlainBean(), "payloadType", "has no effect");
    assertRefused(new BatchBean(), "payloadType", "has no effect on a QueueBatchListener");
  }

  @Test
  @Tag("M1")
  void aListenerInterfaceMayBeNamedByTheAnnotationAlone() throws ResourceException {
    spec.setQueue("app:orders");

    assertThat(activate(new DeclaredBean(), QueueListener.class).bean()).isEqualTo("DeclaredBean");
  }

  @Test
  @Tag("M18")
  void settingsAreWhatWasConfigured() throws ResourceException {
    spec.setQueue("app:orders,app:returns");
    spec.setMaxConcurrency("3");
    spec.setLeaseDuration("1m");

    ActivationSettings settings =
        activate(new PlainBean(), QueueListener.class)
            .settings(Duration.ofSeconds(1), Duration.ofSeconds(9));

    assertThat(settings.name()).isEqualTo("PlainBean");
    assertThat(settings.queues()).hasToString("[app:orders, app:returns]");
    assertThat(settings.maxConcurrency()).isEqualTo(3);
    assertThat(settings.leaseDuration()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(9));
  }

  @ParameterizedTest
  @CsvSource({"XA,xa path", "JOINED,joined path", "LOCAL,local path"})
  @Tag("M18")
  void anActivationSaysOnceHowItCommitsAndWhy(Path path, String says) {
    Bean bean = new Bean(path);
    bean.spec.setRetrySchedule("0s,5s");
    bean.listens(message -> {});
    var target = bean.target();
    try (LogLines log = new LogLines()) {
      target.acquire();
      target.acquire();

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains(
              "Activation of Listener",
              "queue=app:orders",
              "maxConcurrency=8",
              "schedule=0s,5s",
              says);
    }
  }

  @Test
  @Tag("C14")
  void whatKeepsAListenerFromBeingReachedIsSaidOnce() {
    Bean bean = new Bean(Path.XA);
    TinyEndpoints endpoints = bean.listens(message -> {});
    endpoints.forgetsToEnlist = true;
    var target = bean.target();
    try (LogLines log = new LogLines()) {
      target.acquire().orElseThrow().deliver(List.of(text("a")));
      target.acquire().orElseThrow().deliver(List.of(text("b")));

      assertThat(log.lines())
          .filteredOn(line -> line.contains("WB-0034"))
          .singleElement()
          .asString()
          .startsWith("SEVERE")
          .contains("Listener", "did not enlist");
    }
  }

  @Test
  @Tag("M11")
  void anEmptyBeanPoolIsNoEndpoint() {
    Bean bean = new Bean(Path.XA);
    bean.listens(message -> {}).unavailable = true;

    assertThat(bean.target().acquire()).isEmpty();
  }
}
