package dev.waybill.core.delivery;

import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.AttemptFailure;
import java.util.List;
import java.util.Optional;

/** Where an activation's messages go: in a container, the endpoints of a message-driven bean. */
public interface DeliveryTarget {

  /**
   * Obtains an endpoint before any message is claimed for it.
   *
   * @return an endpoint, empty if the container has none to give now
   */
  Optional<Endpoint> acquire();

  /**
   * One consumer that handles one message, or one batch, at a time. Used by one thread at a time.
   */
  interface Endpoint extends AutoCloseable {

    /**
     * Handles what one call of the listener is given: before, listener, settlement, after. Never
     * throws.
     *
     * @param messages one message with its lease, or a batch: several of one queue
     * @return how the delivery ended, after its transaction is complete
     */
    DeliveryResult deliver(List<LeasedMessage> messages);

    /** Gives the endpoint back to the container. */
    @Override
    void close();
  }

  /** How a delivery ended. */
  sealed interface DeliveryResult {

    /** Its settlements committed. */
    record Settled() implements DeliveryResult {}

    /**
     * The endpoint was not reached: the listener never ran. The leases are given back unattempted.
     *
     * @param error why
     */
    record NotStarted(String error) implements DeliveryResult {}

    /**
     * Its transaction rolled back, or the listener threw; the attempts are to be recorded.
     *
     * @param failures what happened to each message, in their order
     */
    record Failed(List<AttemptFailure> failures) implements DeliveryResult {

      /** Copies the list. */
      public Failed {
        failures = List.copyOf(failures);
      }
    }

    /**
     * The lease, or one of them, was lost while the listener ran; its transaction was rolled back.
     */
    record LeaseLost() implements DeliveryResult {}

    /**
     * Whether the settlements committed is not known (in doubt, or the answer was lost). {@link
     * dev.waybill.core.store.LeaseStore#isHeld} tells; a lease in doubt is left to recovery.
     *
     * @param error why it is not known
     */
    record Unknown(String error) implements DeliveryResult {}
  }
}
