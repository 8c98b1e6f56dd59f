package dev.waybill.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.AttemptOutcome;
import dev.waybill.api.DeadLetter;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.delivery.ReferenceRows.Row;
import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.MessageData;
import dev.waybill.core.model.StateMachine;
import dev.waybill.core.model.StateMachine.Event;
import dev.waybill.core.store.LeaseStore.ClaimRequest;
import dev.waybill.core.store.LeaseStore.Expired;
import dev.waybill.core.store.QueueStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The reference store, led by another one: it takes over the leases that the other gave out after
 * checking that it could have given them out itself.
 */
final class ModelQueue {

  private final ReferenceStore store;
  private final ReferenceRows rows;
  private final Map<BranchId, List<Operation>> prepared = new HashMap<>();

  ModelQueue(SteppingScheduler time) {
    store = new ReferenceStore(time);
    rows = store.rows();
  }

  QueueStore store() {
    return store;
  }

  void openTerm(UUID id, Instant end) {
    rows.terms.put(id, end);
  }

  void remember(BranchId branch, List<Operation> operations) {
    prepared.put(branch, operations);
  }

  List<Operation> operations(BranchId branch) {
    return prepared.get(branch);
  }

  /** Another store leased these: checks each and leases it here too. */
  void claimed(ClaimRequest request, List<LeasedMessage> claimed) {
    rows.makeDue(request.queues());
    List<Row> expected = rows.claimable(request);
    assertThat(claimed).as("all that is claimable, and no more").hasSameSizeAs(expected);
    for (int i = 0; i < claimed.size(); i++) {
      LeasedMessage message = claimed.get(i);
      Row row = ready(request, message, expected.get(i));
      boolean counted = rows.counts(request, row);
      assertThat(message.lease().counted()).as("counted").isEqualTo(counted);
      row.limit =
          rows.beginsAtOnce(request, i, row)
              ? request.leaseLimit().map(rows.clock.now()::plus).orElse(null)
              : null;
      row.lease = message.lease();
      row.attempts += counted ? 1 : 0;
      rows.move(row, Event.CLAIMED, DeliveryState.LEASED);
    }
  }

  /** Another store handed these over: checks what came of them, and does so here. */
  void handedOver(List<Lease> leases, Optional<Instant> end, List<Lease> handed) {
    Deque<Lease> left = new ArrayDeque<>(handed);
    for (Lease lease : leases) {
      Optional<Row> row = rows.handing(lease);
      // A lost one that is neither to be limited nor counted need not be looked at.
      boolean unseen = end.isEmpty() && lease.equals(left.peek());
      if (row.isEmpty() && !unseen) {
        continue;
      }
      Lease now = left.poll();
      assertThat(now).as("%s is handed over", lease).isNotNull();
      if (!lease.mustBeCounted()) {
        assertThat(now).isEqualTo(lease);
      } else {
        assertThat(now).isEqualTo(lease.counted(now.token(), rows.clock.now()));
        assertThat(now.token()).isNotEqualTo(lease.token());
        row.orElseThrow(() -> new AssertionError(lease + " was lost")).attempts++;
      }
      row.ifPresent(
          held -> {
            held.lease = now;
            held.limit = end.orElse(null);
          });
    }
    assertThat(left).as("handed over though lost").isEmpty();
  }

  /** Whether a lease has an end of its own. */
  boolean isLimited(Lease lease) {
    return rows.rows.stream()
        .anyMatch(row -> row.lease != null && row.lease.equals(lease) && row.limit != null);
  }

  private Row ready(ClaimRequest request, LeasedMessage claimed, Row inTurn) {
    Lease lease = claimed.lease();
    Row row =
        rows.rows.stream()
            .filter(each -> each.state == DeliveryState.READY)
            .filter(each -> each.message.queue().equals(lease.queue()))
            .filter(each -> each.message.id().equals(lease.messageId()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(Queued.attempt(claimed) + " is not claimable"));
    assertThat(lease.attempt()).as("attempt").isEqualTo(row.attempts + 1);
    assertThat(lease.policy()).as("policy").isEqualTo(request.policy());
    assertThat(lease.termId()).as("term").isEqualTo(request.termId());
    // Of dead letters that died in one transaction each store chooses the positions itself.
    assertThat(row.rank()).as("claim order by rank").isEqualTo(inTurn.rank());
    if (row.message.deadLetter() == null && inTurn.message.deadLetter() == null) {
      assertThat(row.message.position())
          .as("claim order by position")
          .isEqualTo(inTurn.message.position());
    }
    assertSame(row.message, claimed.message());
    return row;
  }

  private static void assertSame(MessageData expected, MessageData actual) {
    assertThat(actual)
        .usingRecursiveComparison()
        .ignoringFields("position", "deadLetter")
        .isEqualTo(expected);
    assertThat(deadLetter(actual)).isEqualTo(deadLetter(expected));
  }

  /** A dead letter without the words that each store chooses itself. */
  private static DeadLetter deadLetter(MessageData message) {
    DeadLetter letter = message.deadLetter();
    if (letter == null) {
      return null;
    }
    boolean ownWords =
        letter.lastOutcome() == AttemptOutcome.RETRIED
            || letter.lastOutcome() == AttemptOutcome.EXPIRED;
    return new DeadLetter(
        letter.originQueue(),
        letter.originGroup(),
        letter.attempts(),
        letter.lastOutcome(),
        ownWords ? "" : letter.lastError(),
        letter.at());
  }

  /** Every delivery that has a row, as {@code queue/message = state/attempts[ due]}. */
  Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    for (Row row : rows.rows) {
      if (!StateMachine.isFinal(row.state) || row.state == DeliveryState.DEAD) {
        states.put(
            row.message.queue() + "/" + row.message.id(),
            state(row.state, row.attempts, row.availableAt, rows.clock.now()));
      }
    }
    return states;
  }

  /** How a delivery's state is compared: one that is due counts as ready. */
  static String state(DeliveryState state, int attempts, Instant availableAt, Instant now) {
    if (state != DeliveryState.SCHEDULED) {
      return state + "/" + attempts;
    }
    return availableAt.isAfter(now)
        ? state + "/" + attempts + " " + availableAt
        : DeliveryState.READY + "/" + attempts;
  }

  /** Ends what has run out in a store, whatever the order. */
  static Set<String> expired(QueueStore on) {
    Set<String> expired = new HashSet<>();
    for (Expired each : on.leases().expire(1000)) {
      expired.add(
          each.queue() + " " + each.messageId() + "#" + each.attempt() + " " + each.result());
    }
    return expired;
  }

  /** Whether there are deliveries that are not settled. */
  boolean isOpen() {
    return rows.rows.stream().anyMatch(row -> !StateMachine.isFinal(row.state));
  }

  /** The messages that were settled as dead. */
  Set<String> deadIds() {
    return rows.rows.stream()
        .filter(row -> row.state == DeliveryState.DEAD)
        .map(row -> row.message.id().toString())
        .collect(Collectors.toSet());
  }
}
