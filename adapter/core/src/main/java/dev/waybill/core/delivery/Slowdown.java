package dev.waybill.core.delivery;

import dev.waybill.core.delivery.Breaker.Pass;
import dev.waybill.core.delivery.DeliveryTarget.DeliveryResult;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.TaskScheduler.Cancellable;
import dev.waybill.core.store.AttemptFailure.Wish;
import java.util.List;

/** Slows an activation down while all of its deliveries fail. Thread-safe. */
final class Slowdown {

  private final ActivationContext context;
  private final Breaker breaker;
  private final Runnable opened;
  private final Runnable wake;
  private final String probing;
  private Cancellable timer = () -> {};
  private boolean closed;

  /**
   * Full speed.
   *
   * @param opened called when it begins to be slow
   * @param wake called when the next delivery may be tried
   */
  Slowdown(ActivationContext context, Runnable opened, Runnable wake) {
    this.context = context;
    this.breaker = new Breaker(context.clock(), context.settings().breaker());
    this.opened = opened;
    this.wake = wake;
    this.probing = "Try a single delivery to " + context.bean();
  }

  Pass pass() {
    return breaker.pass();
  }

  void unused(Pass pass) {
    breaker.unused(pass);
  }

  /** Whether no delivery may be tried now. */
  boolean refuses() {
    return breaker.refuses();
  }

  /** Whether nothing is to be leased ahead. */
  boolean isOn() {
    return breaker.isOpen();
  }

  /** A delivery is over. */
  void ended(Pass pass, List<LeasedMessage> messages, DeliveryResult result) {
    if (result instanceof DeliveryResult.Settled) {
      if (breaker.succeeded()) {
        context.log().fullSpeed(context.bean());
      }
    } else if (result instanceof DeliveryResult.Failed failed) {
      failed(pass, messages, failed);
    } else if (pass == Pass.PROBE && !(result instanceof DeliveryResult.NotStarted)) {
      breaker.failed(pass, false);
      arm();
    }
  }

  private void failed(Pass pass, List<LeasedMessage> messages, DeliveryResult.Failed failed) {
    boolean blamed = false;
    boolean first = false;
    for (int i = 0; i < messages.size(); i++) {
      // What no further try would mend says nothing about the consumer.
      if (!(failed.failures().get(i).wish() instanceof Wish.GiveUp)) {
        blamed = true;
        first |= messages.get(i).lease().attempt() == 1;
      }
    }
    if (!blamed) {
      return;
    }
    boolean opens = breaker.failed(pass, first);
    if (opens) {
      context.log().slowedDown(context.bean(), failed.failures().get(0).error());
      opened.run();
    }
    if (opens || pass == Pass.PROBE) {
      arm();
    }
  }

  private synchronized void arm() {
    if (!closed) {
      timer.cancel();
      timer = context.scheduler().after(breaker.rest().plusMillis(1), probing, this::rested);
    }
  }

  private void rested() {
    // The clock of the store may be behind the timer's.
    if (breaker.rest().isZero()) {
      wake.run();
    } else {
      arm();
    }
  }

  /** Wakes nobody any more. */
  synchronized void close() {
    closed = true;
    timer.cancel();
  }
}
