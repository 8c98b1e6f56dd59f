package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchState;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.SentId;
import dev.waybill.core.model.ClaimManner;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.Upkeep.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * One random history of a queue, lived by a store and by the model at the same time: whatever one
 * answers, the other must answer too.
 */
final class History {

  private static final Set<BranchState> UNFINISHED =
      Set.of(BranchState.PREPARED, BranchState.COMMITTED_UNRELEASED);

  private final Both both;
  private final ModelQueue model;
  private final Function<Runnable, QueueStore> restart;
  private final LeaseSteps leases;
  private final StreamSteps streams;
  private final SenderSteps senders;
  private final SteppingScheduler time;
  private final Random random;
  private final String name;
  private final List<QueueName> queues;
  private final Draws draws;
  private final List<LeasedMessage> hands = new ArrayList<>();
  private final List<BranchId> branches = new ArrayList<>();
  private final Map<String, NewMessage> sent = new HashMap<>();
  private final Set<String> completed = new HashSet<>();

  /**
   * A history of some queues of its own.
   *
   * @param restart closes the store, does something, and opens the store again
   */
  History(
      QueueStore store,
      Function<Runnable, QueueStore> restart,
      SteppingScheduler time,
      String name,
      long seed) {
    this.both = new Both(store, time);
    this.restart = restart;
    this.time = time;
    this.name = name;
    this.random = new Random(seed);
    this.model = both.model();
    this.queues =
        List.of(
            QueueName.parse(name + ":a"),
            QueueName.parse(name + ":b"),
            QueueName.parse(name + ":dlq"));
    this.draws = new Draws(time, random, queues, hands);
    this.leases = new LeaseSteps(both, random, draws, time);
    this.streams = new StreamSteps(both, random, draws, name);
    this.senders = new SenderSteps(both, random, draws, name, this::account);
  }

  String story() {
    return both.story();
  }

  List<QueueName> queues() {
    return queues;
  }

  ModelQueue model() {
    return model;
  }

  /** The first look of a group at a queue creates it. */
  void begin() {
    leases.openTerm();
    queues()
        .forEach(
            queue ->
                leases.claim(queue, 1, ClaimManner.COUNTED, Optional.empty(), RetryPolicy.DEFAULT));
  }

  void step() {
    switch (random.nextInt(32)) {
      case 0, 1, 2 -> commit(draws.sends(1 + random.nextInt(3)));
      case 3, 4, 5, 6 ->
          leases.claim(
              draws.queue(), 1 + random.nextInt(3), draws.manner(), draws.limit(), draws.policy());
      case 7, 8, 9 -> commit(draws.settlements(1));
      case 10 -> commit(draws.mixed());
      case 11, 12 -> leases.fail();
      case 13 -> leases.giveBack();
      case 14 -> prepare();
      case 15, 16 -> branchToDecide().ifPresent(this::decide);
      case 17 -> leases.expire();
      case 18 -> {
        advance(Duration.ofMillis(100 + random.nextInt(30_000)));
        leases.expire();
      }
      case 19 -> leases.renew();
      case 20 -> look();
      case 21 -> leases.handOver();
      case 22, 23 -> streamed(streams.sends(1 + random.nextInt(3)));
      case 24 -> streamed(streams.marked());
      case 25 -> streams.takeOver();
      case 26, 27, 28 -> senders.step();
      case 29 -> prepare();
      case 30 -> prepare(streams.marked());
      default -> rarely();
    }
    if (random.nextInt(3) > 0) {
      lineUp();
    }
  }

  private void streamed(List<Operation> operations) {
    if (random.nextInt(3) > 0) {
      commit(operations);
    } else {
      prepare(operations);
    }
  }

  private void lineUp() {
    both.same("line up", on -> Set.copyOf(on.upkeep().lineUp(1000).queues()));
  }

  private void rarely() {
    switch (random.nextInt(9)) {
      case 0 -> crash();
      case 1 -> leases.openTerm();
      case 2 -> leases.closeTerm();
      case 3 -> leases.limitLease();
      case 4 -> abort();
      case 5 -> restart();
      case 6 -> leap();
      case 7 -> leases.prolong();
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
    boolean done = both.same(what, on -> commit(on, operations, branch)).equals("done");
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
        NewMessage message = enqueue.message();
        assertThat(sent.put(message.id().toString(), message)).isNull();
        streams.sent(message);
      } else if (operation instanceof Operation.Mark mark) {
        streams.look(mark);
      } else if (operation instanceof Operation.Complete complete) {
        String message = complete.lease().queue() + "/" + complete.lease().messageId();
        assertThat(completed.add(message)).as("%s is completed once", message).isTrue();
        NewMessage origin = sent.get(complete.lease().messageId().toString());
        if (origin.queue().equals(complete.lease().queue())) {
          streams.completed(origin);
        }
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

  private void prepare() {
    prepare(
        switch (random.nextInt(3)) {
          case 0 -> draws.settlements(2);
          case 1 -> draws.mixed();
          default -> draws.sends(3);
        });
  }

  private void prepare(List<Operation> operations) {
    if (operations.isEmpty()) {
      return;
    }
    BranchId branch = branch();
    boolean done =
        both.same(
                "prepare " + branch + " " + draws.text(operations),
                on -> {
                  on.branches().prepare(branch, operations);
                  return "done";
                })
            .equals("done");
    if (done) {
      model.remember(branch, operations);
      if (random.nextBoolean()) {
        if (random.nextInt(3) == 0) {
          advance(Duration.ofMillis(random.nextInt(60_000)));
        }
        decide(branch);
      }
    }
  }

  private void decide(BranchId branch) {
    switch (random.nextInt(5)) {
      case 0, 1 -> commitPrepared(branch);
      case 2 -> both.same("roll back " + branch, on -> on.branches().rollbackPrepared(branch));
      case 3 -> release(branch);
      default -> both.same("state of " + branch, on -> on.branches().state(branch));
    }
    lookForIds();
    streams.look();
  }

  /** One that is not finished, as a rule. */
  private Optional<BranchId> branchToDecide() {
    List<BranchId> unfinished =
        branches.stream().filter(branch -> UNFINISHED.contains(stateOf(branch))).toList();
    return draws.oneOf(unfinished.isEmpty() || random.nextInt(4) == 0 ? branches : unfinished);
  }

  private BranchState stateOf(BranchId branch) {
    return model.store().branches().state(branch);
  }

  private void commitPrepared(BranchId branch) {
    Object before =
        both.same("commit prepared " + branch, on -> on.branches().commitPrepared(branch));
    if (before == BranchState.PREPARED) {
      account(model.operations(branch));
    }
  }

  private void release(BranchId branch) {
    both.same("release " + branch, on -> on.branches().release(branch));
  }

  private void abort() {
    BranchId branch =
        branches.isEmpty() || random.nextBoolean()
            ? branch()
            : branches.get(random.nextInt(branches.size()));
    if (stateOf(branch) == BranchState.PREPARED) {
      return;
    }
    both.same("abort unless decided " + branch, on -> on.branches().abortUnlessDecided(branch));
    committed("one-phase after abort " + branch, draws.sends(1), branch());
    List<Operation> late = draws.sends(1);
    if (stateOf(branch) == BranchState.ABORTED) {
      committed("one-phase of the aborted " + branch, late, branch);
    }
  }

  private void advance(Duration step) {
    both.tell("advance " + step);
    time.advance(step);
  }

  private void look() {
    leases.look(queues);
    lookForIds();
    streams.look();
  }

  private void lookForIds() {
    for (SentId id : draws.ids()) {
      both.same("first send of " + id, on -> on.branches().firstSends(Set.of(id)));
    }
  }

  private void prune() {
    both.tell("prune");
    Retention retention = new Retention(Duration.ofDays(1000), Duration.ofDays(1000));
    // It removes only what no answer depends on: every later answer is compared with the model's.
    both.store().upkeep().prune(retention, 1000);
    both.model().store().upkeep().prune(retention, 1000);
  }

  /** Time passes that nobody lived through; who was asleep renews when he wakes up. */
  private void leap() {
    Duration step =
        random.nextBoolean()
            ? Duration.ofMillis(2000 + random.nextInt(60_000))
            : Duration.ofMinutes(1 + random.nextInt(600));
    both.tell("leap " + step);
    time.leap(step);
    if (random.nextBoolean()) {
      leases.expire();
      leases.renew();
    }
  }

  /** The adapter ends and starts again; what it had in memory is gone. */
  private void restart() {
    Duration back =
        random.nextInt(3) == 0 ? Duration.ofMillis(random.nextInt(7_200_000)) : Duration.ZERO;
    both.tell("restart" + (back.isZero() ? "" : ", the clock set back by " + back));
    both.reopened(
        restart.apply(
            () -> {
              if (!back.isZero()) {
                time.setBack(back);
              }
            }));
    crash();
    both.same(
        "in doubt",
        on -> {
          Set<BranchId> own = new HashSet<>(on.branches().inDoubt(Set.copyOf(branches)));
          own.retainAll(branches);
          return own;
        });
    streams.look();
  }

  /** Everything a consumer knows is gone, but some of its threads still hang about. */
  private void crash() {
    both.tell("crash");
    hands.removeIf(any -> random.nextBoolean());
    leases.beginAnew();
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
      leases.expire();
      leases.openTerm();
      for (QueueName queue : queues()) {
        hands.clear();
        leases.claim(queue, 1000, ClaimManner.COUNTED, Optional.empty(), RetryPolicy.DEFAULT);
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
    assertThat(settled).as("every message is settled").isEqualTo(sent.keySet());
    streams.end();
  }
}
