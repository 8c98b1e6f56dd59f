package dev.waybill.ra.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.TransactionContext.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Timer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C7")
class DetachedCallsTest {

  private static final ClassLoader ADAPTER = new ClassLoader("adapter", null) {};

  private final PoolWorkManager works = new PoolWorkManager();
  private final WorkScheduler scheduler = new WorkScheduler(works, new Timer(true), ADAPTER);
  private final SettableTransaction transaction = new SettableTransaction();
  private final DetachedCalls detached =
      new DetachedCalls(scheduler, transaction, ADAPTER, Duration.ofSeconds(5));

  @AfterEach
  void close() {
    scheduler.stop(Duration.ZERO);
    works.close();
  }

  @Test
  void insideATransactionACallRunsOnAnotherThreadWithoutIt() {
    transaction.beginHere();
    assertThat(detached.apply(transaction::status)).isEqualTo(Status.NONE);
    assertThat(detached.apply(Thread::currentThread)).isNotSameAs(Thread.currentThread());
  }

  @Test
  void withoutATransactionACallRunsHereWithTheAdaptersLoader() {
    assertThat(detached.apply(Thread::currentThread)).isSameAs(Thread.currentThread());
    assertThat(detached.apply(() -> Thread.currentThread().getContextClassLoader()))
        .isSameAs(ADAPTER);
  }

  @Test
  void errorsOfTheCallReachTheCaller() {
    transaction.beginHere();
    QueueException thrown = new QueueException(QueueException.Kind.CONFLICT, "stale");
    assertThatThrownBy(
            () ->
                detached.apply(
                    () -> {
                      throw thrown;
                    }))
        .isSameAs(thrown);
    assertThatThrownBy(
            () ->
                detached.apply(
                    () -> {
                      throw new IOException("disk");
                    }))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INTERNAL))
        .hasRootCauseMessage("disk");
  }

  @Test
  void aCallerWaitsOnlySoLong() {
    transaction.beginHere();
    CountDownLatch never = new CountDownLatch(1);
    DetachedCalls impatient =
        new DetachedCalls(scheduler, transaction, ADAPTER, Duration.ofMillis(20));
    assertThatThrownBy(
            () ->
                impatient.apply(
                    () -> {
                      never.await();
                      return null;
                    }))
        .isInstanceOfSatisfying(QueueException.class, e -> assertThat(e.retryable()).isTrue())
        .hasMessageContaining("thread pool");
    never.countDown();
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    transaction.beginHere();
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(
              () ->
                  detached.apply(
                      () -> {
                        interrupted.await();
                        return null;
                      }))
          .isInstanceOfSatisfying(
              QueueException.class,
              e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.UNAVAILABLE))
          .hasMessageContainingAll("was interrupted", "Make the call again");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
      interrupted.countDown();
    }
  }

  @Test
  void afterTheStopACallIsRefused() {
    transaction.beginHere();
    scheduler.stop(Duration.ZERO);
    assertThatThrownBy(() -> detached.apply(() -> 1)).hasMessageContaining("stopping");
  }
}
