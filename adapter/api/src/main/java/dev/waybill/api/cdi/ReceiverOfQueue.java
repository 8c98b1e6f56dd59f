package dev.waybill.api.cdi;

import dev.waybill.api.Cancellation;
import dev.waybill.api.QueueConsumer;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueReceiver;
import dev.waybill.api.ReceiveRequest;
import dev.waybill.api.ReceivedMessage;
import dev.waybill.api.SettleResult;
import dev.waybill.api.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Receives from one queue by the receiver of an application. */
final class ReceiverOfQueue implements QueueReceiver {

  private final String queue;
  private final Supplier<QueueReceiver> receiver;

  ReceiverOfQueue(String queue, Supplier<QueueReceiver> receiver) {
    this.queue = queue;
    this.receiver = receiver;
  }

  @Override
  public List<ReceivedMessage> receive(ReceiveRequest request) {
    return receiver.get().receive(fromQueue(request));
  }

  @Override
  public List<ReceivedMessage> receive(ReceiveRequest request, Cancellation cancellation) {
    return receiver.get().receive(fromQueue(request), cancellation);
  }

  @Override
  public List<ReceivedMessage> tryReceive(ReceiveRequest request) {
    return receiver.get().tryReceive(fromQueue(request));
  }

  @Override
  public void ack(String lease) {
    receiver.get().ack(lease);
  }

  @Override
  public void retry(String lease) {
    receiver.get().retry(lease);
  }

  @Override
  public void retry(String lease, Duration delay) {
    receiver.get().retry(lease, delay);
  }

  @Override
  public void reject(String lease, String reason) {
    receiver.get().reject(lease, reason);
  }

  @Override
  public List<SettleResult> settle(List<Settlement> settlements) {
    return receiver.get().settle(settlements);
  }

  @Override
  public void extendLease(String lease, Duration duration) {
    receiver.get().extendLease(lease, duration);
  }

  @Override
  public QueueConsumer consumer(ReceiveRequest request) {
    return receiver.get().consumer(fromQueue(request));
  }

  private ReceiveRequest fromQueue(ReceiveRequest request) {
    if (request == null || request.queues().equals(List.of(queue))) {
      return request;
    }
    if (request.queues().isEmpty()) {
      return request.withQueues(queue);
    }
    throw new QueueException(
        Kind.INVALID,
        "A request for "
            + String.join(", ", request.queues())
            + " was given to the receiver of @Queue(\""
            + queue
            + "\"). Nothing was received. Leave the queues out, or inject the receiver without"
            + " @Queue.");
  }
}
