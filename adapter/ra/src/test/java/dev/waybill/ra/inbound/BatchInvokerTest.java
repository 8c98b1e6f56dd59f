package dev.waybill.ra.inbound;

import static dev.waybill.ra.fake.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Failed;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.LeaseLost;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.NotStarted;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Settled;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Unknown;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.ra.fake.FakeStore.Fault;
import dev.waybill.ra.fake.Samples;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.inbound.Bean.Path;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One delivery of a batch, from beforeDelivery to its outcome, on each path. */
@Tag("M4")
class BatchInvokerTest {

  private static final Wish SCHEDULE = new Wish.TryAgain(Optional.empty());

  private final LeasedMessage a = Samples.text("a", 1);
  private final LeasedMessage b = Samples.text("b", 2);
  private final LeasedMessage c = Samples.text("c", 3);

  private DeliveryResult deliver(Bean bean) {
    return bean.deliver(a, b, c);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M2")
  void aBatchIsOneCallAndOneTransaction(Path path) {
    Bean bean = new Bean(path);
    TinyEndpoints endpoints =
        bean.gets(
            batch -> {
              bean.transactions.write("row");
              assertThat(batch).extracting(Message::text).containsExactly("a", "b", "c");
              batch.messages().get(0).reject("no");
              batch.messages().get(1).retry(Duration.ofSeconds(5));
              batch.ackAll();
            });

    assertThat(deliver(bean)).isEqualTo(new Settled());

    assertThat(endpoints.calls).containsExactly("before", "listener", "after", "release");
    assertThat(bean.adapter.store.settlements())
        .containsExactly(
            new Reject(a.lease(), "no"),
            new Retry(b.lease(), Optional.of(Duration.ofSeconds(5))),
            new Complete(c.lease()));
    assertThat(bean.transactions.business).containsExactly("row");
    assertThat(bean.adapter.store.calls.stream().filter(call -> !call.startsWith("probe")))
        .as("one write of all settlements, and the second phase")
        .hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M5")
  void nothingSaidIsRetryAndWithAutoDone(Path path) {
    Bean explicit = new Bean(path);
    explicit.gets(batch -> {});
    assertThat(deliver(explicit)).isEqualTo(new Settled());
    assertThat(explicit.adapter.store.settlements())
        .containsExactly(
            new Retry(a.lease(), Optional.empty()),
            new Retry(b.lease(), Optional.empty()),
            new Retry(c.lease(), Optional.empty()));

    Bean auto = new Bean(path);
    auto.spec.setAcknowledge("AUTO");
    auto.gets(batch -> {});
    assertThat(deliver(auto)).isEqualTo(new Settled());
    assertThat(auto.adapter.store.settlements())
        .containsExactly(new Complete(a.lease()), new Complete(b.lease()), new Complete(c.lease()));
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M5")
  void aSingleListenerMayBeExplicitToo(Path path) {
    Bean bean = new Bean(path);
    bean.spec.setAcknowledge("explicit");
    bean.listens(message -> {});
    assertThat(bean.deliver(a)).isEqualTo(new Settled());
    assertThat(bean.adapter.store.settlements())
        .containsExactly(new Retry(a.lease(), Optional.empty()));
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M5")
  void anExceptionDropsAllDecisionsAndRollsBack(Path path) {
    Bean bean = new Bean(path);
    bean.gets(
        batch -> {
          bean.transactions.write("row");
          batch.messages().get(0).reject("no");
          batch.messages().get(1).retry(Duration.ofSeconds(5));
          batch.ackAll();
          throw new IOException("disk full");
        });

    Failed failed = (Failed) deliver(bean);

    assertThat(failed.failures())
        .hasSize(3)
        .allMatch(failure -> failure.wish().equals(SCHEDULE))
        .allMatch(failure -> failure.error().equals("java.io.IOException: disk full"));
    assertThat(bean.adapter.store.committed).isEmpty();
    if (path != Path.LOCAL) {
      assertThat(bean.transactions.business).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Path.class,
      names = {"XA", "XA_TWO_PHASE", "JOINED"})
  @Tag("M5")
  void aRollbackDropsAllDecisions(Path path) {
    Bean bean = new Bean(path);
    bean.gets(
        batch -> {
          batch.messages().get(0).reject("no");
          batch.retryAll(Duration.ofHours(1));
          bean.transactions.setRollbackOnly();
        });

    assertThat(((Failed) deliver(bean)).failures())
        .hasSize(3)
        .allMatch(failure -> failure.wish().equals(SCHEDULE));
    assertThat(bean.adapter.store.committed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("C9")
  @Tag("M12")
  void aLostLeaseOfOneUndoesTheWorkOfAll(Path path) {
    Bean bean = new Bean(path);
    bean.gets(
        batch -> {
          bean.transactions.write("row");
          batch.ackAll();
          bean.adapter.store.lostLeases.add(b.lease().token());
        });

    assertThat(deliver(bean)).isEqualTo(new LeaseLost());
    assertThat(bean.adapter.store.committed).isEmpty();
    if (path != Path.LOCAL) {
      assertThat(bean.transactions.business).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Path.class,
      names = {"XA", "LOCAL"})
  @Tag("C2")
  void aCommitWithoutAnswerIsUnknownForAll(Path path) {
    Bean bean = new Bean(path);
    bean.gets(batch -> bean.adapter.store.fault = Fault.UNDECIDED);
    assertThat(deliver(bean)).isInstanceOf(Unknown.class);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M11")
  void anEndpointThatCannotBeReachedCostsNoAttempt(Path path) {
    Bean bean = new Bean(path);
    bean.gets(batch -> {}).beforeFails = new IllegalStateException("stopping");
    assertThat(deliver(bean)).isInstanceOf(NotStarted.class);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M10")
  void onlyTheMessageWhoseBodyCouldNotBeReadIsGivenUp(Path path) {
    Bean bean = new Bean(path);
    bean.gets(
        batch -> {
          batch.ackAll();
          try {
            batch.messages().get(1).bytes();
          } catch (RuntimeException e) {
            throw new IllegalArgumentException("an order", e);
          }
        });

    assertThat(((Failed) deliver(bean)).failures())
        .extracting(failure -> failure.wish())
        .containsExactly(SCHEDULE, new Wish.GiveUp(), SCHEDULE);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M14")
  @Tag("INVALID")
  void thereIsNoCurrentMessageBelowABatchListenerAndTheErrorSaysWhatToDo(Path path) {
    Bean bean = new Bean(path);
    AtomicReference<MessageBatch> seen = new AtomicReference<>();
    bean.gets(
        batch -> {
          seen.set(batch);
          assertThatThrownBy(DeliveryContext::current)
              .isInstanceOfSatisfying(
                  QueueException.class,
                  e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID))
              .hasMessageContainingAll(
                  "a batch of 3 messages of queue app:orders", "Pass the Message on");
        });

    assertThat(deliver(bean)).isEqualTo(new Settled());

    assertThatThrownBy(DeliveryContext::current).hasMessageContaining("inside a queue listener");
    assertThatThrownBy(() -> seen.get().ackAll())
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M12")
  void theLeaseOfOneMessageIsExtendedByItself(Path path) {
    Bean bean = new Bean(path);
    bean.spec.setMaxLease("1m");
    bean.gets(batch -> batch.messages().get(1).extendLease(Duration.ofMinutes(2)));

    assertThat(deliver(bean)).isEqualTo(new Settled());

    assertThat(bean.adapter.store.limits).containsOnlyKeys(b.lease().token());
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void aBatchOfOneIsABatch(Path path) {
    Bean bean = new Bean(path);
    bean.gets(batch -> assertThat(batch.messages()).hasSize(1));
    assertThat(bean.deliver(text("hello"))).isEqualTo(new Settled());
  }
}
