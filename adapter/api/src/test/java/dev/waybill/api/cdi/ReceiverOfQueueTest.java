package dev.waybill.api.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.Cancellation;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is injected with {@link Queue} to receive. */
class ReceiverOfQueueTest {

  private final List<String> calls = new ArrayList<>();
  private final List<ReceiveRequest> requests = new ArrayList<>();
  private final ReceiverOfQueue orders =
      new ReceiverOfQueue("app:orders", () -> recorder(QueueReceiver.class));

  private <T> T recorder(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, given) -> record(method, given)));
  }

  private Object record(Method method, Object[] given) {
    calls.add(method.getName());
    for (Object each : given) {
      if (each instanceof ReceiveRequest request) {
        requests.add(request);
      }
    }
    return method.getReturnType() == List.class ? List.of() : null;
  }

  @Test
  @Tag("P1")
  void whatNamesNoQueueIsReceivedFromItsOwn() {
    ReceiveRequest request =
        ReceiveRequest.from()
            .group("default")
            .batchSize(7)
            .batchWait(Duration.ZERO)
            .leaseDuration(Duration.ofSeconds(9))
            .retrySchedule("exponential")
            .maxAttempts(3)
            .deadLetterQueue("app:dead")
            .build();

    orders.receive(request);
    orders.receive(request, new Cancellation());
    orders.tryReceive(ReceiveRequest.of("app:orders"));
    orders.consumer(ReceiveRequest.of());

    assertThat(calls).containsExactly("receive", "receive", "tryReceive", "consumer");
    assertThat(requests).allMatch(each -> each.queues().equals(List.of("app:orders")));
    assertThat(requests.get(0))
        .usingRecursiveComparison()
        .ignoringFields("queues")
        .isEqualTo(request);
  }

  @Test
  @Tag("P2")
  void settlementsAreThoseOfTheReceiver() {
    orders.ack("l");
    orders.retry("l");
    orders.retry("l", Duration.ZERO);
    orders.reject("l", "why");
    orders.settle(List.of());
    orders.extendLease("l", Duration.ofSeconds(1));

    assertThat(calls).containsExactly("ack", "retry", "retry", "reject", "settle", "extendLease");
  }

  @Test
  @Tag("INVALID")
  void aRequestForAnotherQueueIsRefused() {
    assertThatThrownBy(() -> orders.receive(ReceiveRequest.of("app:orders", "app:invoices")))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContainingAll("app:invoices", "@Queue(\"app:orders\")", "Nothing was received");
    assertThat(calls).isEmpty();
  }
}
