package dev.waybill.core.delivery;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** What the consumers of a random history do with leases. */
final class LeaseSteps {

  private static final Duration TERM = Duration.ofSeconds(10);

  private final Both both;
  private final Random random;
  private final Draws draws;
  private final SteppingScheduler time;
  private final List<UUID> terms = new ArrayList<>();

  LeaseSteps(Both both, Random random, Draws draws, SteppingScheduler time) {
    this.both = both;
    this.random = random;
    this.draws = draws;
    this.time = time;
  }

  /** Nobody renews the terms that there were. */
  void beginAnew() {
    terms.clear();
    openTerm();
  }

  void claim(
      QueueName queue,
      int count,
      ClaimManner manner,
      Optional<Duration> limit,
      RetryPolicy policy) {
    if (terms.isEmpty()) {
      return;
    }
    UUID term = terms.get(random.nextInt(terms.size()));
    ClaimRequest request =
        new ClaimRequest(term, List.of(queue), ReferenceRows.GROUP, count, manner, limit, policy);
    List<LeasedMessage> claimed = both.store().leases().claim(request);
    both.tell(
        "claim "
            + count
            + " "
            + manner
            + " from "
            + queue
            + limit.map(l -> " limit " + l).orElse("")
            + " policy "
            + policy.encode()
            + " = "
            + claimed.stream().map(Queued::attempt).toList());
    both.model().claimed(request, claimed);
    draws.hands().addAll(claimed);
  }

  void openTerm() {
    Instant end = time.now().plus(TERM);
    UUID term = both.store().leases().openTerm("model", end);
    both.model().openTerm(term, end);
    terms.add(term);
    both.tell("open term " + terms.size());
  }

  void closeTerm() {
    if (terms.size() < 2) {
      return;
    }
    UUID term = terms.remove(random.nextInt(terms.size()));
    both.tell("close term");
    both.store().leases().closeTerm(term);
    both.model().store().leases().closeTerm(term);
  }

  void renew() {
    List<TermExpiry> renewals =
        terms.stream().map(term -> new TermExpiry(term, time.now().plus(TERM))).toList();
    both.same("renew", on -> Set.copyOf(on.leases().renewTerms(renewals)));
  }

  void prolong() {
    if (!terms.isEmpty()) {
      UUID term = terms.get(random.nextInt(terms.size()));
      Instant end = time.now().plusMillis(random.nextInt(60_000));
      both.same("prolong term to " + end, on -> on.leases().prolongTerm(term, end));
    }
  }

  void limitLease() {
    Instant end = time.now().plusMillis(1000 + random.nextInt(50_000));
    boolean extending = random.nextBoolean();
    draws
        .hand()
        .map(LeasedMessage::lease)
        .ifPresent(
            lease ->
                both.same(
                    (extending ? "extend " : "limit ") + draws.text(lease) + " to " + end,
                    on ->
                        extending
                            ? on.leases().extendLease(lease, end)
                            : on.leases().limitLease(lease, end)));
  }

  /** What one consumer took ahead, and did not limit, is handed over at once. */
  void handOver() {
    List<Lease> ahead =
        draws.hands().stream()
            .map(LeasedMessage::lease)
            .distinct()
            .filter(lease -> !lease.counted() && !both.model().isLimited(lease))
            .toList();
    if (ahead.isEmpty()) {
      return;
    }
    Lease one = ahead.get(random.nextInt(ahead.size()));
    List<Lease> leases =
        ahead.stream()
            .filter(lease -> lease.termId().equals(one.termId()))
            .filter(lease -> lease.queue().equals(one.queue()))
            .filter(lease -> lease.policy().equals(one.policy()))
            .filter(lease -> lease.equals(one) || random.nextInt(4) > 0)
            .toList();
    Optional<Instant> end = draws.limit().map(time.now()::plus);
    List<Lease> handed = both.store().leases().handOver(leases, end);
    both.tell(
        "hand over "
            + leases.stream().map(draws::text).toList()
            + end.map(at -> " until " + at).orElse("")
            + " = "
            + handed.size());
    both.model().handedOver(leases, end, handed);
    // Who asks with the old lease meets the fence.
    List<LeasedMessage> old =
        draws.hands().stream().filter(hand -> leases.contains(hand.lease())).toList();
    if (random.nextInt(4) > 0) {
      draws.hands().removeAll(old);
    }
    for (Lease lease : handed) {
      old.stream()
          .filter(hand -> hand.lease().delivery().equals(lease.delivery()))
          .findFirst()
          .ifPresent(hand -> draws.hands().add(new LeasedMessage(lease, hand.message())));
    }
  }

  void fail() {
    draws
        .hand()
        .map(LeasedMessage::lease)
        .ifPresent(
            lease -> {
              Wish wish = draws.wish();
              AttemptFailure failure = new AttemptFailure(AttemptOutcome.FAILED, "failed", wish);
              both.same(
                  "fail " + draws.text(lease) + " " + wish,
                  on -> on.leases().recordFailure(lease, failure));
            });
  }

  void giveBack() {
    List<Lease> leases = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      draws.hand().map(LeasedMessage::lease).ifPresent(leases::add);
    }
    both.tell("give back " + leases.stream().map(draws::text).toList());
    if (!leases.isEmpty()) {
      both.store().leases().giveBack(leases);
      both.model().store().leases().giveBack(leases);
    }
  }

  void expire() {
    both.same("expire", on -> ModelQueue.expired(on));
  }

  private List<Lease.Key> keys() {
    return draws.hands().stream().map(hand -> hand.lease().key()).toList();
  }

  void look(List<QueueName> queues) {
    both.same("next due", on -> on.leases().nextDue(queues, ReferenceRows.GROUP));
    draws
        .hand()
        .map(LeasedMessage::lease)
        .ifPresent(
            lease -> both.same("is held " + draws.text(lease), on -> on.leases().isHeld(lease)));
    both.same("held", on -> Set.copyOf(on.leases().held(keys())));
    terms.forEach(term -> both.same("held under", on -> Set.copyOf(on.leases().heldUnder(term))));
  }
}
