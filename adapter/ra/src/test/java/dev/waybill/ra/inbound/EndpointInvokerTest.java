package dev.waybill.ra.inbound;

import static dev.waybill.ra.fake.Samples.LEASE;
import static dev.waybill.ra.fake.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.Message;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.core.delivery.DeliveryTarget;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Failed;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.LeaseLost;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.NotStarted;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Settled;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Unknown;
import dev.waybill.ra.fake.FakeStore.Fault;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.inbound.Bean.Path;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One delivery from beforeDelivery to its outcome, for each behaviour of a bean on each path. */
class EndpointInvokerTest {

  @AfterEach
  void theThreadIsLeftClean() {
    assertThat(TransactedDelivery.isCurrent()).isFalse();
    assertThatThrownBy(DeliveryContext::current).isInstanceOf(QueueException.class);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M3")
  void aRejectionThatRollsBackKeepsItsReason(Path path) {
    Bean bean = new Bean(path);
    bean.listens(
        message -> {
          message.reject("no stock");
          throw new IllegalStateException("broken");
        });

    Failed failed = (Failed) bean.deliver(text("hello"));

    assertThat(failed.failures().get(0).error()).contains("broken").contains("no stock");
  }

  @Test
  @Tag("M2")
  void aSingleResourceCommitsInOnePhaseAndASecondInTwo() {
    Bean single = new Bean(Path.XA);
    single.listens(message -> {});
    single.deliver(text("hello"));
    assertThat(single.transactions.trace).containsExactly("commit one phase");

    Bean two = new Bean(Path.XA_TWO_PHASE);
    two.listens(message -> {});
    two.deliver(text("hello"));
    assertThat(two.transactions.trace).containsExactly("prepare", "prepare", "commit");
  }

  @Test
  @Tag("C5")
  void theJoinedPathEnlistsNothingAndWritesInTheTransaction() {
    Bean bean = new Bean(Path.JOINED);
    TinyEndpoints endpoints = bean.listens(message -> {});

    bean.deliver(text("hello"));

    assertThat(endpoints.lastResource).isNull();
    assertThat(bean.adapter.store.calls)
        .containsExactly("probeJoined ACTIVE", "writeJoined ACTIVE");
  }

  @Test
  @Tag("M2")
  void aNonTransactedSettlementIsACommitOfItsOwnAfterwards() {
    Bean bean = new Bean(Path.LOCAL);
    bean.listens(message -> bean.transactions.begin());

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(result).isEqualTo(new Settled());
    assertThat(bean.adapter.store.calls).containsExactly("commitLocal NONE");
  }

  @Test
  @Tag("C14")
  void withRollbackOnlyNothingIsWrittenOnTheJoinedConnection() {
    Bean bean = new Bean(Path.JOINED);
    bean.listens(message -> bean.transactions.setRollbackOnly());

    bean.deliver(text("hello"));

    assertThat(bean.adapter.store.calls).containsExactly("probeJoined ACTIVE");
  }

  @Test
  @Tag("C14")
  void aConnectionThatIsNotEnlistedIsRefusedBeforeTheListenerRuns() {
    Bean bean = new Bean(Path.JOINED);
    TinyEndpoints endpoints =
        bean.listens(
            message -> {
              throw new AssertionError("the listener ran");
            });
    bean.adapter.store.probe =
        new QueueException(QueueException.Kind.INVALID, "jdbc/app is not enlisted");

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(result).isEqualTo(new NotStarted("jdbc/app is not enlisted"));
    assertThat(endpoints.calls).containsExactly("before", "after", "release");
    assertThat(bean.adapter.store.committed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("C9")
  @Tag("M12")
  void aLostLeaseUndoesTheBeansWork(Path path) {
    Bean bean = new Bean(path);
    bean.listens(
        message -> {
          bean.transactions.write("row");
          bean.adapter.store.lostLeases.add(LEASE.token());
        });

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(result).isEqualTo(new LeaseLost());
    assertThat(bean.adapter.store.committed).isEmpty();
    if (path != Path.LOCAL) {
      assertThat(bean.transactions.business).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void aStoreOutOfReachFailsTheAttempt(Path path) {
    Bean bean = new Bean(path);
    bean.listens(
        message -> {
          bean.transactions.write("row");
          bean.adapter.store.fault = Fault.UNAVAILABLE;
        });

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(result).isInstanceOf(Failed.class);
    if (path != Path.LOCAL) {
      assertThat(bean.transactions.business).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Path.class,
      names = {"XA", "LOCAL"})
  @Tag("C2")
  void aCommitWithoutAnswerIsUnknown(Path path) {
    Bean bean = new Bean(path);
    bean.listens(message -> bean.adapter.store.fault = Fault.UNDECIDED);

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(((Unknown) result).error()).contains("no answer");
  }

  @Test
  @Tag("C2")
  void aPrepareWithoutAnswerThatIsRolledBackIsAFailure() {
    Bean bean = new Bean(Path.XA_TWO_PHASE);
    bean.listens(message -> bean.adapter.store.fault = Fault.UNDECIDED);

    assertThat(bean.deliver(text("hello"))).isInstanceOf(Failed.class);
  }

  @Test
  @Tag("C2")
  void aBranchInDoubtIsUnknown() {
    Bean bean = new Bean(Path.XA_TWO_PHASE);
    bean.listens(message -> {});
    bean.transactions.beforeSecondPhase = () -> bean.adapter.store.fault = Fault.UNAVAILABLE;

    Unknown unknown = (Unknown) bean.deliver(text("hello"));

    assertThat(unknown.error()).contains("in doubt");
    assertThat(bean.adapter.branches.ofTransaction(null)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void whatAfterDeliveryThrowsDecidesNothing(Path path) {
    Bean returning = new Bean(path);
    returning.listens(message -> {}).afterFails = new IllegalStateException("rolled back");
    assertThat(returning.deliver(text("hello"))).isEqualTo(new Settled());

    Bean throwing = new Bean(path);
    throwing.listens(
                message -> {
                  throw new IOException("disk full");
                })
            .afterFails =
        new IllegalStateException("rolled back");
    assertThat(throwing.deliver(text("hello"))).isInstanceOf(Failed.class);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M11")
  void anEndpointThatCannotBeReachedCostsNoAttempt(Path path) {
    Bean bean = new Bean(path);
    TinyEndpoints endpoints = bean.listens(message -> {});
    endpoints.beforeFails = new IllegalStateException("stopping");

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(((NotStarted) result).error()).contains("beforeDelivery").contains("stopping");
    assertThat(endpoints.calls).containsExactly("before", "release");
  }

  @Test
  void aServerThatDoesNotEnlistTheXaResourceIsFoundOutBeforeTheListenerRuns() {
    Bean bean = new Bean(Path.XA);
    TinyEndpoints endpoints = bean.listens(message -> {});
    endpoints.forgetsToEnlist = true;

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(((NotStarted) result).error()).contains("did not enlist");
    assertThat(endpoints.calls).containsExactly("before", "after", "release");
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M14")
  void theMessageIsCurrentBelowTheListenerAndItsHandleDiesWithIt(Path path) {
    Bean bean = new Bean(path);
    AtomicReference<Message> seen = new AtomicReference<>();
    bean.listens(
        message -> {
          assertThat(DeliveryContext.current()).isSameAs(message);
          seen.set(message);
        });

    bean.deliver(text("hello"));

    assertThat(seen.get().text()).isEqualTo("hello");
    assertThatThrownBy(() -> seen.get().ack())
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void anEndpointServesOneMessageAfterTheOther(Path path) {
    Bean bean = new Bean(path);
    List<String> seen = new ArrayList<>();
    bean.listens(
        message -> {
          seen.add(message.text());
          if (seen.size() == 1) {
            throw new IllegalStateException("first");
          }
        });

    try (DeliveryTarget.Endpoint endpoint = bean.target().acquire().orElseThrow()) {
      assertThat(endpoint.deliver(List.of(text("a")))).isInstanceOf(Failed.class);
      assertThat(endpoint.deliver(List.of(text("b")))).isEqualTo(new Settled());
    }

    assertThat(seen).containsExactly("a", "b");
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M12")
  @Tag("C7")
  void aLeaseIsExtendedInACommitOfItsOwn(Path path) {
    Bean bean = new Bean(path);
    bean.spec.setMaxLease("1m");
    bean.listens(message -> message.extendLease(Duration.ofMinutes(2)));

    assertThat(bean.deliver(text("hello"))).isEqualTo(new Settled());

    assertThat(bean.adapter.store.calls).contains("limitLease NONE");
    assertThat(bean.adapter.store.limits)
        .containsEntry(LEASE.token(), bean.adapter.store.clock().now().plusSeconds(120));
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M12")
  void aLeaseWithoutALimitIsNotShortenedByAnExtension(Path path) {
    Bean bean = new Bean(path);
    bean.listens(message -> message.extendLease(Duration.ofSeconds(1)));

    assertThat(bean.deliver(text("hello"))).isEqualTo(new Settled());

    assertThat(bean.adapter.store.calls).contains("isHeld NONE");
    assertThat(bean.adapter.store.limits).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  @Tag("M12")
  void extendingALostLeaseIsAConflict(Path path) {
    Bean bean = new Bean(path);
    AtomicReference<QueueException> thrown = new AtomicReference<>();
    bean.listens(
        message -> {
          bean.adapter.store.lostLeases.add(LEASE.token());
          try {
            message.extendLease(Duration.ofMinutes(2));
          } catch (QueueException e) {
            thrown.set(e);
          }
        });

    assertThat(bean.deliver(text("hello"))).isEqualTo(new LeaseLost());

    assertThat(thrown.get().kind()).isEqualTo(QueueException.Kind.CONFLICT);
    assertThat(thrown.get()).hasMessageContaining(LEASE.messageId().toString());
  }
}
