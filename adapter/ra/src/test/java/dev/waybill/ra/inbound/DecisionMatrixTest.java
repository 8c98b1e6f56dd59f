package dev.waybill.ra.inbound;

import static dev.waybill.ra.fake.Samples.LEASE;
import static dev.waybill.ra.fake.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.Message;
import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.Operation.Reject;
import dev.waybill.core.branch.Operation.Retry;
import dev.waybill.core.branch.Operation.Settlement;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Failed;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult.Settled;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.ra.fake.TinyEndpoints;
import dev.waybill.ra.inbound.Bean.Handling;
import dev.waybill.ra.inbound.Bean.Path;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each decision of a listener, each way it can end, on each commit path. */
class DecisionMatrixTest {

  private static final Duration DELAY = Duration.ofSeconds(5);
  private static final Wish SCHEDULE = new Wish.TryAgain(Optional.empty());
  private static final Wish AFTER_DELAY = new Wish.TryAgain(Optional.of(DELAY));
  private static final Wish GIVE_UP = new Wish.GiveUp();

  /** How a listener decides. */
  enum Deciding {
    NOTHING(message -> {}, new Complete(LEASE), SCHEDULE),
    ACK(Message::ack, new Complete(LEASE), SCHEDULE),
    COMPLETE(message -> message.complete("done"), new Complete(LEASE), SCHEDULE),
    RETRY(Message::retry, new Retry(LEASE, Optional.empty()), SCHEDULE),
    RETRY_LATER(message -> message.retry(DELAY), new Retry(LEASE, Optional.of(DELAY)), AFTER_DELAY),
    REJECT(message -> message.reject("no stock"), new Reject(LEASE, "no stock"), GIVE_UP),
    RETRY_LATER_THEN_ACK(
        message -> {
          message.retry(DELAY);
          message.ack();
        },
        new Complete(LEASE),
        AFTER_DELAY);

    final Handling handling;
    final Settlement committed;
    final Wish afterRollback;

    Deciding(Handling handling, Settlement committed, Wish afterRollback) {
      this.handling = handling;
      this.committed = committed;
      this.afterRollback = afterRollback;
    }
  }

  /** How a listener ends. */
  enum Ending {
    RETURNS(""),
    RUNTIME_EXCEPTION("java.lang.IllegalStateException: broken"),
    CHECKED_EXCEPTION("java.io.IOException: disk full"),
    ERROR("java.lang.AssertionError: wrong"),
    LINKAGE_ERROR("java.lang.NoClassDefFoundError: gone"),
    ROLLBACK_ONLY("transaction rolled back: it was marked for rollback"),
    TIME_OUT("transaction rolled back: the transaction manager rolled it back (time-out");

    final String error;

    Ending(String error) {
      this.error = error;
    }

    boolean throwsSomething() {
      return this != RETURNS && this != ROLLBACK_ONLY && this != TIME_OUT;
    }
  }

  static Stream<Arguments> matrix() {
    List<Arguments> all = new ArrayList<>();
    for (Path path : Path.values()) {
      for (Deciding deciding : Deciding.values()) {
        for (Ending ending : Ending.values()) {
          boolean needsTransaction = ending == Ending.ROLLBACK_ONLY || ending == Ending.TIME_OUT;
          if (path != Path.LOCAL || !needsTransaction) {
            all.add(Arguments.of(path, deciding, ending));
          }
        }
      }
    }
    return all.stream();
  }

  private static void end(Ending ending, Bean bean) throws Exception {
    switch (ending) {
      case RETURNS -> {}
      case RUNTIME_EXCEPTION -> throw new IllegalStateException("broken");
      case CHECKED_EXCEPTION -> throw new IOException("disk full");
      case ERROR -> throw new AssertionError("wrong");
      case LINKAGE_ERROR -> throw new NoClassDefFoundError("gone");
      case ROLLBACK_ONLY -> bean.transactions.setRollbackOnly();
      case TIME_OUT -> bean.transactions.timeOut();
    }
  }

  @ParameterizedTest(name = "{0}: {1}, then {2}")
  @MethodSource("matrix")
  @Tag("M2")
  @Tag("M3")
  void settlementAndBusinessRowsCommitTogetherOrNotAtAll(
      Path path, Deciding deciding, Ending ending) {
    Bean bean = new Bean(path);
    TinyEndpoints endpoints =
        bean.listens(
            message -> {
              bean.transactions.write("row");
              deciding.handling.handle(message);
              end(ending, bean);
            });

    DeliveryResult result = bean.deliver(text("hello"));

    assertThat(endpoints.calls).containsExactly("before", "listener", "after", "release");
    if (ending == Ending.RETURNS) {
      assertThat(result).isEqualTo(new Settled());
      assertThat(bean.adapter.store.settlements()).containsExactly(deciding.committed);
      assertThat(bean.transactions.business).containsExactly("row");
    } else {
      Failed failed = (Failed) result;
      assertThat(failed.failures().get(0).wish()).isEqualTo(deciding.afterRollback);
      assertThat(failed.failures().get(0).error()).startsWith(ending.error);
      assertThat(bean.adapter.store.committed).isEmpty();
      if (path != Path.LOCAL) {
        assertThat(bean.transactions.business).isEmpty();
      }
    }
  }
}
