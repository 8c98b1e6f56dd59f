package dev.waybill.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.spi.CurrentDelivery;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M14")
class DeliveryContextTest {

  private static Message message() {
    return (Message)
        Proxy.newProxyInstance(
            Message.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (proxy, method, arguments) -> {
              throw new AssertionError("not to be called: " + method);
            });
  }

  @Test
  void outsideAListenerItSaysWhereToCallIt() {
    assertThatThrownBy(DeliveryContext::current)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
        .hasMessageContaining("inside a queue listener")
        .hasMessageContaining(Thread.currentThread().getName());
  }

  @Test
  void insideAListenerItIsTheMessageBeingHandledAndAnOuterOneComesBack() throws Exception {
    Message outer = message();
    Message inner = message();
    List<Message> seen = new ArrayList<>();
    CurrentDelivery.during(
        outer,
        () -> {
          seen.add(DeliveryContext.current());
          CurrentDelivery.during(inner, () -> seen.add(DeliveryContext.current()));
          seen.add(DeliveryContext.current());
        });
    assertThat(seen).hasSize(3);
    assertThat(seen.get(0)).isSameAs(outer);
    assertThat(seen.get(1)).isSameAs(inner);
    assertThat(seen.get(2)).isSameAs(outer);
    assertThatThrownBy(DeliveryContext::current).isInstanceOf(QueueException.class);
  }

  @Test
  void aListenerThatThrowsLeavesNothingBehind() {
    assertThatThrownBy(
            () ->
                CurrentDelivery.during(
                    message(),
                    () -> {
                      throw new IllegalStateException("listener");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(DeliveryContext::current).isInstanceOf(QueueException.class);
  }
}
