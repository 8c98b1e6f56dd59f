package dev.waybill.ra.inbound;

import static dev.waybill.ra.fake.Samples.leased;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.ContentType;
import dev.waybill.api.DeliveryContext;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Failed;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Settled;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.ra.inbound.Bean.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a payload listener gets, and what becomes of a body that cannot be read. */
class ListenerCallTest {

  /** A payload type. */
  public static class Order {
    public String customer;
  }

  private final List<Object> payloads = new ArrayList<>();

  private Object payload(Path path, ContentType type, String body, String payloadType) {
    Bean bean = new Bean(path);
    bean.spec.setPayloadType(payloadType);
    bean.takes(
        payload -> {
          payloads.add(payload);
          assertThat(DeliveryContext.current().contentType()).isEqualTo(type);
        });
    assertThat(bean.deliver(leased(type, body))).isEqualTo(new Settled());
    return payloads.get(payloads.size() - 1);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M1")
  void aPayloadListenerGetsTheDecodedBody(Path path) {
    assertThat(payload(path, ContentType.TEXT, "hello", null)).isEqualTo("hello");
    assertThat((byte[]) payload(path, ContentType.BYTES, "hi", null))
        .containsExactly((byte) 'h', (byte) 'i');
    assertThat((Map<?, ?>) payload(path, ContentType.JSON, "{\"customer\":\"c-1\"}", null))
        .hasToString("{customer=c-1}");
    Object order = payload(path, ContentType.JSON, "{\"customer\":\"c-1\"}", Order.class.getName());
    assertThat(((Order) order).customer).isEqualTo("c-1");
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M10")
  void aBodyThatCannotBeDecodedIsGivenUpAndTheListenerNotReached(Path path) {
    Bean bean = new Bean(path);
    bean.spec.setPayloadType(Order.class.getName());
    bean.takes(payloads::add);

    DeliveryResult result = bean.deliver(leased(ContentType.JSON, "{\"customer\":"));

    assertThat(((Failed) result).failures().get(0).wish()).isEqualTo(new Wish.GiveUp());
    assertThat(((Failed) result).failures().get(0).error()).contains("cannot be read as", "Order");
    assertThat(payloads).isEmpty();
    assertThat(bean.adapter.store.committed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M10")
  void aWrongTypeThatLeavesTheListenerIsGivenUp(Path path) {
    Bean bean = new Bean(path);
    bean.listens(message -> message.json(Order.class));

    DeliveryResult result = bean.deliver(leased(ContentType.TEXT, "hello"));

    assertThat(((Failed) result).failures().get(0).wish()).isEqualTo(new Wish.GiveUp());
    assertThat(((Failed) result).failures().get(0).error()).contains("was read as JSON");
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M10")
  void aWrongTypeDeepInTheCausesIsGivenUpToo(Path path) {
    Bean bean = new Bean(path);
    bean.listens(
        message -> {
          try {
            message.bytes();
          } catch (RuntimeException e) {
            throw new IllegalArgumentException("order", new java.io.IOException("body", e));
          }
        });

    DeliveryResult result = bean.deliver(leased(ContentType.TEXT, "hello"));

    assertThat(((Failed) result).failures().get(0).wish()).isEqualTo(new Wish.GiveUp());
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M10")
  void aWrongTypeThatTheListenerHandlesIsItsOwnAffair(Path path) {
    Bean bean = new Bean(path);
    bean.listens(
        message -> {
          try {
            message.bytes();
          } catch (RuntimeException e) {
            message.ack();
          }
        });

    assertThat(bean.deliver(leased(ContentType.TEXT, "hello"))).isEqualTo(new Settled());
  }
}
