package dev.waybill.ra.outbound;

import dev.waybill.api.MessageStream;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.ra.OpenAdapter;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A stream in the hands of an application, for as long as the adapter that opened it runs. */
final class JndiMessageStream implements MessageStream {

  private final OpenAdapter adapter;
  private final Enlistment enlistment;
  private final StreamSender sender;

  JndiMessageStream(OpenAdapter adapter, Enlistment enlistment, StreamSender sender) {
    this.adapter = Objects.requireNonNull(adapter, "adapter");
    this.enlistment = Objects.requireNonNull(enlistment, "enlistment");
    this.sender = Objects.requireNonNull(sender, "sender");
  }

  @Override
  public String producerId() {
    return sender.producerId();
  }

  @Override
  public Sent send(OutgoingMessage message, Duration wait) {
    return using(() -> sender.send(OptionalLong.empty(), message, wait, enlistment::enlist));
  }

  @Override
  public Sent send(long sequence, OutgoingMessage message, Duration wait) {
    return using(() -> sender.send(OptionalLong.of(sequence), message, wait, enlistment::enlist));
  }

  @Override
  public long lastSequence() {
    return using(sender::lastSequence);
  }

  @Override
  public long lastAcknowledged() {
    return using(sender::lastAcknowledged);
  }

  @Override
  public void close() {
    sender.close();
  }

  private <T> T using(Supplier<T> call) {
    try {
      requireRunning();
      return call.get();
    } catch (QueueException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new QueueException(
          QueueException.Kind.INTERNAL,
          "The stream of producer \""
              + producerId()
              + "\" failed for a reason Waybill does not know: "
              + e
              + ". Nothing was sent. The stack trace of the cause says more.",
          e);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private void requireRunning() {
    if (enlistment.factory().services().open() != adapter) {
      throw new QueueException(
          QueueException.Kind.CONFLICT,
          "The stream of producer \""
              + producerId()
              + "\" was opened before Waybill was stopped and started again. Nothing was sent. Open"
              + " it again with stream(…).");
    }
  }
}
