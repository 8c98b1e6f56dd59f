package dev.waybill.core.model;

import static dev.waybill.core.model.DeliveryState.BLOCKED;
import static dev.waybill.core.model.DeliveryState.COMPLETED;
import static dev.waybill.core.model.DeliveryState.DEAD;
import static dev.waybill.core.model.DeliveryState.DEAD_LETTERED;
import static dev.waybill.core.model.DeliveryState.IN_DOUBT;
import static dev.waybill.core.model.DeliveryState.LEASED;
import static dev.waybill.core.model.DeliveryState.READY;
import static dev.waybill.core.model.DeliveryState.SCHEDULED;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Every change of state that a delivery can make, and what causes it. The same as a picture: {@code
 * docs/state-machine.md}.
 */
public final class StateMachine {

  private static final Set<Transition> TRANSITIONS = new LinkedHashSet<>();

  static {
    born(Event.AVAILABLE, READY, SCHEDULED, BLOCKED);
    on(Event.FIRST_IN_LINE, BLOCKED, READY, SCHEDULED);
    on(Event.DUE, SCHEDULED, READY);
    on(Event.CLAIMED, READY, LEASED);
    on(Event.GIVEN_BACK, LEASED, READY);
    on(Event.COMPLETED, LEASED, COMPLETED);
    on(Event.RETRIED, LEASED, READY, SCHEDULED, DEAD_LETTERED, DEAD);
    on(Event.REJECTED, LEASED, DEAD_LETTERED, DEAD);
    on(Event.FAILED, LEASED, READY, SCHEDULED, DEAD_LETTERED, DEAD);
    on(Event.EXPIRED, LEASED, READY, SCHEDULED, DEAD_LETTERED, DEAD);
    on(Event.PREPARED, LEASED, IN_DOUBT);
    on(Event.ROLLED_BACK, IN_DOUBT, LEASED);
    on(Event.COMMITTED, IN_DOUBT, COMPLETED, READY, SCHEDULED, DEAD_LETTERED, DEAD);
  }

  private StateMachine() {}

  /** What happens to a delivery. */
  public enum Event {
    /** Its message became available to the group: a send committed, or its branch was released. */
    AVAILABLE,
    /** It is the first of its ordering key: what came before it is settled for good. */
    FIRST_IN_LINE,
    /** The time it waited for has come. */
    DUE,
    /** A consumer leased it. */
    CLAIMED,
    /** Its attempt never started. */
    GIVEN_BACK,
    /** The consumer is done with it, and the settlement committed. */
    COMPLETED,
    /** The consumer asked for another attempt, and the settlement committed. */
    RETRIED,
    /** The consumer gave it up, and the settlement committed. */
    REJECTED,
    /** The consumer threw, or its transaction rolled back. */
    FAILED,
    /** The lease ran out. */
    EXPIRED,
    /** The transaction that settles it was prepared. */
    PREPARED,
    /** The prepared transaction was rolled back. */
    ROLLED_BACK,
    /** The prepared transaction was committed; the settlement it holds is carried out. */
    COMMITTED
  }

  /**
   * One change of state.
   *
   * @param from empty where a delivery begins
   * @param event what causes it
   * @param to the state it leads to
   */
  public record Transition(Optional<DeliveryState> from, Event event, DeliveryState to) {}

  /** All changes of state, in the order of a delivery's life. */
  public static Set<Transition> transitions() {
    return new LinkedHashSet<>(TRANSITIONS);
  }

  /** Whether an event may lead from one state to another. */
  public static boolean allows(Optional<DeliveryState> from, Event event, DeliveryState to) {
    return TRANSITIONS.contains(new Transition(from, event, to));
  }

  /** Whether nothing happens to a delivery in this state any more. */
  public static boolean isFinal(DeliveryState state) {
    return TRANSITIONS.stream().noneMatch(each -> each.from().equals(Optional.of(state)));
  }

  private static void born(Event event, DeliveryState... to) {
    add(Optional.empty(), event, to);
  }

  private static void on(Event event, DeliveryState from, DeliveryState... to) {
    add(Optional.of(from), event, to);
  }

  private static void add(Optional<DeliveryState> from, Event event, DeliveryState... to) {
    Arrays.stream(to).forEach(each -> TRANSITIONS.add(new Transition(from, event, each)));
  }
}
