package dev.waybill.core.delivery;

import dev.waybill.api.ReceivedMessage;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.delivery.Pulling.Taken;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.LeaseId;
import dev.waybill.core.model.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** A message that was asked for: a decision settles it at once. */
final class PulledMessage extends DeliveredMessage implements ReceivedMessage {

  private final Taken taken;
  private final Settling settling;

  /** Carries a decision out. */
  @FunctionalInterface
  interface Settling {

    /**
     * Settles the message.
     *
     * @param call what was called, for people
     */
    void settle(String call, Operation.Settlement settlement);
  }

  PulledMessage(
      Taken taken, BodyCodec bodies, Limits limits, Consumer<Duration> extend, Settling settling) {
    super(taken.message(), bodies, limits, extend);
    this.taken = taken;
    this.settling = settling;
  }

  @Override
  public String lease() {
    return LeaseId.of(ownLease());
  }

  @Override
  public Instant leasedUntil() {
    return taken.until();
  }

  /** It is no delivery's: what settles it need not be the transaction that would record this. */
  @Override
  public boolean firstTime() {
    throw noWatermark(
        "it was taken by a receiver, and watermarks are recorded by the transaction of a delivery."
            + " Call Watermark.firstTime inside a queue listener, with the message that it handles");
  }

  @Override
  protected void decide(String call, Decision made) {
    settling.settle(call, made.settlement(ownLease()));
  }
}
