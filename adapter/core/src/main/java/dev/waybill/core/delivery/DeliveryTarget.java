package dev.waybill.core.delivery;

import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.store.AttemptFailure;
import java.util.Optional;

/** Where an activation's messages go: in a container, the endpoints of a message-driven bean. */
public interface DeliveryTarget {

  /**
   * Obtains an endpoint before any message is claimed for it.
   *
   * @return an endpoint, empty if the container has none to give now
   */
  Optional<Endpoint> acquire();

  /** One consumer that handles one message at a time. Used by one thread at a time. */
  interface Endpoint extends AutoCloseable {

    /**
     * Handles one message: before, listener, settlement, after. Never throws.
     *
     * @param message the message and its lease
     * @return how the delivery ended, after its transaction is complete
     */
    DeliveryResult deliver(LeasedMessage message);

    /** Gives the endpoint back to the container. */
    @Override
    void close();
  }

  /** How a delivery ended. */
  sealed interface DeliveryResult {

    /** Its settlement committed. */
    record Settled() implements DeliveryResult {}

    /**
     * The endpoint was not reached: the listener never ran. The lease is given back unattempted.
     *
     * @param error why
     */
    record NotStarted(String error) implements DeliveryResult {}

    /**
     * Its transaction rolled back, or the listener threw; the attempt is to be recorded.
     *
     * @param failure what happened
     */
    record Failed(AttemptFailure failure) implements DeliveryResult {}

    /** The lease was lost while the listener ran; its transaction was rolled back. */
    record LeaseLost() implements DeliveryResult {}

    /**
     * Whether the settlement committed is not known (in doubt, or the answer was lost). {@link
     * dev.waybill.core.store.LeaseStore#isHeld} tells; a lease in doubt is left to recovery.
     *
     * @param error why it is not known
     */
    record Unknown(String error) implements DeliveryResult {}
  }
}
