package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.Lease;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.FailureResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Ends leases that no settlement ended. What cannot be ended now, because the store is out of reach
 * or a branch is in doubt, is remembered and tried again in the background. Thread-safe.
 */
final class LeaseEndings {

  /** How a lease is to end. */
  sealed interface Ending {

    /** Its attempt failed. */
    record Failed(AttemptFailure failure) implements Ending {}

    /** Its attempt never started. */
    record GivenBack() implements Ending {}

    /**
     * It was lost, or another that the same transaction was to settle, of its batch or one that the
     * consumer had asked for: the transaction was rolled back.
     */
    record WithALostOne() implements Ending {}

    /** Its settlement may have committed: ask the store. */
    record Unseen(String error) implements Ending {}

    /** Its transaction was rolled back, or is in doubt and may be: ask the store. */
    record RolledBack(String error) implements Ending {}
  }

  private static final AttemptFailure BROKEN =
      AttemptFailure.bySchedule(
          "The lease of another message that the same transaction was to settle was lost, so the"
              + " transaction was rolled back.");

  private record Pending(Lease lease, Ending ending) {}

  private final ActivationContext context;
  private final Consumer<Instant> rescheduled;
  private final Map<Lease.Key, Pending> pending = new LinkedHashMap<>();
  private final Pause pause;
  private final String operation;

  /**
   * Nothing to end yet.
   *
   * @param rescheduled told when a message will be tried again
   */
  LeaseEndings(ActivationContext context, Consumer<Instant> rescheduled) {
    this.context = context;
    this.rescheduled = rescheduled;
    this.operation = "Ending leases of " + context.bean();
    this.pause =
        new Pause(
            operation,
            context.scheduler(),
            Duration.ofMillis(500),
            Duration.ofSeconds(15),
            this::retry);
  }

  /** Ends a lease now or, if that is not possible, later. */
  void end(Lease lease, Ending ending) {
    boolean ended;
    try {
      ended = tryToEnd(lease, ending);
      context.log().succeeded(operation);
    } catch (RuntimeException e) {
      context.log().failed(operation, e);
      ended = false;
    }
    synchronized (pending) {
      if (ended) {
        pending.remove(lease.key());
      } else {
        pending.put(lease.key(), new Pending(lease, ending));
      }
    }
    if (!ended) {
      pause.begin();
    }
  }

  /**
   * Ends the leases of a delivery that failed: in one commit, or one by one where what hinders one
   * may not hinder the others.
   *
   * @param endings of each; all are failures
   */
  void fail(List<Lease> leases, List<? extends Ending> endings) {
    if (leases.size() == 1 || !failTogether(leases, endings)) {
      for (int i = 0; i < leases.size(); i++) {
        end(leases.get(i), endings.get(i));
      }
    }
  }

  /** False if nothing was done and each is to be tried by itself. */
  private boolean failTogether(List<Lease> leases, List<? extends Ending> endings) {
    Map<Lease, AttemptFailure> failures = new LinkedHashMap<>();
    for (int i = 0; i < leases.size(); i++) {
      failures.put(leases.get(i), failure(endings.get(i)));
    }
    Map<Lease, FailureResult> results;
    try {
      results = context.leases().recordFailures(failures);
      context.log().succeeded(operation);
    } catch (RuntimeException e) {
      if (e instanceof QueueException known && known.kind() == QueueException.Kind.UNAVAILABLE) {
        context.log().failed(operation, e);
        remember(leases, endings);
        return true;
      }
      return false;
    }
    for (int i = 0; i < leases.size(); i++) {
      Lease lease = leases.get(i);
      followed(lease, endings.get(i), Optional.ofNullable(results.get(lease)));
    }
    return true;
  }

  private static AttemptFailure failure(Ending ending) {
    return ending instanceof Ending.Failed failed ? failed.failure() : BROKEN;
  }

  private void remember(List<Lease> leases, List<? extends Ending> endings) {
    synchronized (pending) {
      for (int i = 0; i < leases.size(); i++) {
        pending.put(leases.get(i).key(), new Pending(leases.get(i), endings.get(i)));
      }
    }
    pause.begin();
  }

  /** Gives back leases whose attempts never started, all at once. */
  void giveBack(List<Lease> leases) {
    if (leases.isEmpty()) {
      return;
    }
    try {
      returnToQueue(leases);
      context.log().succeeded(operation);
    } catch (RuntimeException e) {
      context.log().failed(operation, e);
      remember(leases, Collections.nCopies(leases.size(), new Ending.GivenBack()));
    }
  }

  /** The leases that are yet to be ended. */
  Set<Lease.Key> keys() {
    synchronized (pending) {
      return new HashSet<>(pending.keySet());
    }
  }

  private List<Pending> pending() {
    synchronized (pending) {
      return List.copyOf(pending.values());
    }
  }

  private void retry() {
    pending().forEach(each -> end(each.lease(), each.ending()));
    if (keys().isEmpty()) {
      pause.reset();
    }
  }

  /** Tries once more what is left, and remembers no more: the leases run out with their term. */
  void close() {
    pause.close();
    pending().forEach(each -> end(each.lease(), each.ending()));
    context.log().forget(operation);
  }

  private boolean tryToEnd(Lease lease, Ending ending) {
    if (ending instanceof Ending.Failed || ending instanceof Ending.WithALostOne) {
      recordFailure(lease, ending);
      return true;
    }
    if (ending instanceof Ending.Unseen unseen) {
      return resolve(
          lease,
          "The outcome of the transaction was not seen, and it did not commit: " + unseen.error());
    }
    if (ending instanceof Ending.RolledBack rolledBack) {
      return resolve(lease, rolledBack.error());
    }
    returnToQueue(List.of(lease));
    return true;
  }

  private void returnToQueue(List<Lease> leases) {
    context.leases().giveBack(leases);
    context.wakeUps().signal(leases.stream().map(Lease::queue).collect(Collectors.toSet()));
  }

  private boolean resolve(Lease lease, String error) {
    if (!context.leases().isHeld(lease)) {
      context.leases().over(List.of(lease));
      return true;
    }
    boolean undecided =
        context.leases().heldUnder(lease.termId()).stream()
            .noneMatch(held -> held.key().equals(lease.key()));
    if (undecided) {
      // A lease in doubt belongs to its branch. If that is rolled back the lease is held again, and
      // the attempt that ran is then recorded here.
      return false;
    }
    recordFailure(lease, new Ending.Failed(AttemptFailure.bySchedule(error)));
    return true;
  }

  private void recordFailure(Lease lease, Ending ending) {
    followed(lease, ending, context.leases().recordFailure(lease, failure(ending)));
  }

  private void followed(Lease lease, Ending ending, Optional<FailureResult> result) {
    if (result.isEmpty()) {
      if (ending instanceof Ending.WithALostOne) {
        context.log().leaseLost(context.bean(), lease);
      } else {
        context.log().failureNotRecorded(context.bean(), lease);
      }
      return;
    }
    FailureResult followed = result.get();
    if (lease.lineKey() != null && !(followed instanceof FailureResult.Rescheduled)) {
      context.wakeUps().keysChanged();
    }
    if (!(followed instanceof FailureResult.Rescheduled)) {
      context.wakeUps().gaveUp(lease.messageId());
    }
    if (followed instanceof FailureResult.Rescheduled again) {
      rescheduled.accept(again.at());
    } else if (followed instanceof FailureResult.DeadLettered moved) {
      context.log().deadLettered(context.bean(), lease, moved.queue(), failure(ending).error());
      context.wakeUps().signal(Set.of(moved.queue()));
    }
    // The store itself logs what it settles as dead: consumers that reject do not come by here.
  }
}
