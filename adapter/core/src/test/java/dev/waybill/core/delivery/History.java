package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.AttemptFailure;
import dev.waybill.core.store.AttemptFailure.Wish;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.TermExpiry;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * One random history of a queue, lived by a store and by the model at the same time: whatever one
 * answers, the other must answer too.
 */
final class History {

  private static final Duration TERM = Duration.ofSeconds(10);

  private final QueueStore store;
  private final ModelQueue model;
  private final SteppingScheduler time;
  private final Random random;
  private final String name;
  private final List<QueueName> queues;
  private final Draws draws;
  private final List<String> steps = new ArrayList<>();
  private final List<LeasedMessage> hands = new ArrayList<>();
  private final List<UUID> terms = new ArrayList<>();
  private final List<BranchId> branches = new ArrayList<>();
  private final Set<String> sent = new HashSet<>();
  private final Set<String> completed = new HashSet<>();

  History(QueueStore store, SteppingScheduler time, String name, long seed) {
    this.store = store;
    this.time = time;
    this.name = name;
    this.random = new Random(seed);
    this.model = new ModelQueue(time);
    this.queues =
        List.of(
            QueueName.parse(name + ":a"),
            QueueName.parse(name + ":b"),
            QueueName.parse(name + ":dlq"));
    this.draws = new Draws(time, random, queues, hands);
  }

  /** What was done so far, one line a step. */
  String story() {
    return String.join("\n", steps);
  }

  List<QueueName> queues() {
    return queues;
  }

  ModelQueue model() {
    return model;
  }

  /** The first look of a group at a queue creates it. */
  void begin() {
    openTerm();
    queues()
        .forEach(
            queue -> claim(queue, 1, ClaimManner.COUNTED, Optional.empty(), RetryPolicy.DEFAULT));
  }

  void step() {
    switch (random.nextInt(22)) {
      case 0, 1, 2 -> commit(draws.sends(1 + random.nextInt(3)));
      case 3, 4, 5, 6 ->
          claim(
              draws.queue(), 1 + random.nextInt(3), draws.manner(), draws.limit(), draws.policy());
      case 7, 8, 9 -> commit(draws.settlements(1));
      case 10 -> commit(draws.mixed());
      case 11, 12 -> fail();
      case 13 -> giveBack();
      case 14 -> prepare();
      case 15, 16 -> decide();
      case 17 -> expire();
      case 18 -> {
        advance(Duration.ofMillis(100 + random.nextInt(30_000)));
        expire();
      }
      case 19 -> renew();
      case 20 -> look();
      default -> rarely();
    }
    if (random.nextInt(3) > 0) {
      lineUp();
    }
  }

  private void lineUp() {
    same("line up", on -> Set.copyOf(on.upkeep().lineUp(1000).queues()));
  }

  private void rarely() {
    switch (random.nextInt(6)) {
      case 0 -> crash();
      case 1 -> openTerm();
      case 2 -> closeTerm();
      case 3 -> limitLease();
      case 4 -> abort();
      default -> prune();
    }
  }

  private void commit(List<Operation> operations) {
    if (operations.isEmpty()) {
      return;
    }
    if (random.nextInt(3) > 0) {
      committed("commit " + draws.text(operations), operations, null);
      return;
    }
    BranchId branch = branch();
    committed("one-phase " + branch + " " + draws.text(operations), operations, branch);
  }

  private void committed(String what, List<Operation> operations, BranchId branch) {
    boolean done = same(what, on -> commit(on, operations, branch)).equals("done");
    if (done) {
      account(operations);
    }
  }

  private static String commit(QueueStore on, List<Operation> operations, BranchId branch) {
    if (branch == null) {
      on.branches().commitLocal(operations);
    } else {
      on.branches().commitOnePhase(branch, operations);
    }
    return "done";
  }

  private void account(List<Operation> operations) {
    for (Operation operation : operations) {
      if (operation instanceof Operation.Enqueue enqueue) {
        assertThat(sent.add(enqueue.message().id().toString())).isTrue();
      } else if (operation instanceof Operation.Complete complete) {
        String message = complete.lease().queue() + "/" + complete.lease().messageId();
        assertThat(completed.add(message)).as("%s is completed once", message).isTrue();
      }
    }
  }

  private BranchId branch() {
    BranchId branch =
        new BranchId(
            7,
            String.format("%04x", branches.size()),
            HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8)) + "00");
    branches.add(branch);
    return branch;
  }

  private void claim(
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
    List<LeasedMessage> claimed = store.leases().claim(request);
    steps.add(
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
    model.claimed(request, claimed);
    hands.addAll(claimed);
  }

  private void fail() {
    draws
        .hand()
        .map(LeasedMessage::lease)
        .ifPresent(
            lease -> {
              Wish wish = draws.wish();
              AttemptFailure failure = new AttemptFailure(AttemptOutcome.FAILED, "failed", wish);
              same(
                  "fail " + draws.text(lease) + " " + wish,
                  on -> on.leases().recordFailure(lease, failure));
            });
  }

  private void giveBack() {
    List<Lease> leases = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      draws.hand().map(LeasedMessage::lease).ifPresent(leases::add);
    }
    steps.add("give back " + leases.stream().map(draws::text).toList());
    if (!leases.isEmpty()) {
      store.leases().giveBack(leases);
      model.store().leases().giveBack(leases);
    }
  }

  private void prepare() {
    List<Operation> operations = random.nextBoolean() ? draws.mixed() : draws.settlements(2);
    if (operations.isEmpty()) {
      return;
    }
    BranchId branch = branch();
    boolean done =
        same(
                "prepare " + branch + " " + draws.text(operations),
                on -> {
                  on.branches().prepare(branch, operations);
                  return "done";
                })
            .equals("done");
    if (done) {
      model.remember(branch, operations);
    }
  }

  private void decide() {
    if (branches.isEmpty()) {
      return;
    }
    BranchId branch = branches.get(random.nextInt(branches.size()));
    switch (random.nextInt(5)) {
      case 0, 1 -> commitPrepared(branch);
      case 2 -> same("roll back " + branch, on -> on.branches().rollbackPrepared(branch));
      case 3 -> release(branch);
      default -> same("state of " + branch, on -> on.branches().state(branch));
    }
  }

  private void commitPrepared(BranchId branch) {
    Object before = same("commit prepared " + branch, on -> on.branches().commitPrepared(branch));
    if (before == BranchState.PREPARED) {
      account(model.operations(branch));
    }
  }

  private void release(BranchId branch) {
    same("release " + branch, on -> on.branches().release(branch));
  }

  private void abort() {
    BranchId branch =
        branches.isEmpty() || random.nextBoolean()
            ? branch()
            : branches.get(random.nextInt(branches.size()));
    if (model.store().branches().state(branch) == BranchState.PREPARED) {
      return;
    }
    same("abort unless decided " + branch, on -> on.branches().abortUnlessDecided(branch));
    committed("one-phase after abort " + branch, draws.sends(1), branch());
    List<Operation> late = draws.sends(1);
    if (model.store().branches().state(branch) == BranchState.ABORTED) {
      committed("one-phase of the aborted " + branch, late, branch);
    }
  }

  private void expire() {
    same("expire", on -> ModelQueue.expired(on));
  }

  private void advance(Duration step) {
    steps.add("advance " + step);
    time.advance(step);
  }

  private void openTerm() {
    Instant end = time.now().plus(TERM);
    UUID term = store.leases().openTerm("model", end);
    model.openTerm(term, end);
    terms.add(term);
    steps.add("open term " + terms.size());
  }

  private void closeTerm() {
    if (terms.size() < 2) {
      return;
    }
    UUID term = terms.remove(random.nextInt(terms.size()));
    steps.add("close term");
    store.leases().closeTerm(term);
    model.store().leases().closeTerm(term);
  }

  private void renew() {
    List<TermExpiry> renewals =
        terms.stream().map(term -> new TermExpiry(term, time.now().plus(TERM))).toList();
    same("renew", on -> Set.copyOf(on.leases().renewTerms(renewals)));
  }

  private void limitLease() {
    Instant end = time.now().plusMillis(1000 + random.nextInt(50_000));
    draws
        .hand()
        .map(LeasedMessage::lease)
        .ifPresent(
            lease ->
                same(
                    "limit " + draws.text(lease) + " to " + end,
                    on -> on.leases().limitLease(lease, end)));
  }

  private void look() {
    same("next due", on -> on.leases().nextDue(queues(), ReferenceRows.GROUP));
    draws
        .hand()
        .map(LeasedMessage::lease)
        .ifPresent(lease -> same("is held " + draws.text(lease), on -> on.leases().isHeld(lease)));
    terms.forEach(term -> same("held under", on -> Set.copyOf(on.leases().heldUnder(term))));
  }

  private void prune() {
    steps.add("prune");
    Retention retention = new Retention(Duration.ofDays(1000), Duration.ofDays(1000));
    // It removes only what no answer depends on: every later answer is compared with the model's.
    store.upkeep().prune(retention, 1000);
  }

  /** Everything a consumer knows is gone, but some of its threads still hang about. */
  private void crash() {
    steps.add("crash");
    terms.clear();
    hands.removeIf(any -> random.nextBoolean());
    openTerm();
  }

  /** Decides, releases and consumes all there is; afterwards everything is accounted for. */
  void end() {
    crash();
    for (BranchId branch : branches) {
      commitPrepared(branch);
      release(branch);
    }
    lineUp();
    for (int round = 0; round < 100 && model.isOpen(); round++) {
      advance(Duration.ofMinutes(6));
      expire();
      openTerm();
      for (QueueName queue : queues()) {
        hands.clear();
        claim(queue, 1000, ClaimManner.COUNTED, Optional.empty(), RetryPolicy.DEFAULT);
        List<Operation> all = new ArrayList<>();
        hands.forEach(message -> all.add(new Operation.Complete(message.lease())));
        if (!all.isEmpty()) {
          committed("complete all of " + queue, all, null);
        }
      }
      lineUp();
    }
    Set<String> settled = new HashSet<>(model.deadIds());
    completed.forEach(each -> settled.add(each.substring(each.indexOf('/') + 1)));
    assertThat(settled).as("every message is settled").isEqualTo(sent);
  }

  /** Asks both, the model first, and expects the same answer or the same kind of error. */
  private Object same(String what, Function<QueueStore, Object> asked) {
    Object expected = answer(asked, model.store());
    steps.add(what + " = " + expected);
    Object actual = answer(asked, store);
    assertThat(actual).as(what).isEqualTo(expected);
    return actual;
  }

  private static Object answer(Function<QueueStore, Object> asked, QueueStore on) {
    try {
      return asked.apply(on);
    } catch (QueueException e) {
      if (e.kind() == QueueException.Kind.INTERNAL) {
        throw e;
      }
      return e.kind();
    }
  }
}
