package dev.waybill.core.delivery;

import dev.waybill.api.Reply;
import dev.waybill.core.model.Answer;
import dev.waybill.core.model.Responses;
import java.util.Optional;
import java.util.UUID;

/**
 * A reply made of an answer, if there was one in time.
 *
 * @param messageId the message
 * @param answer how it was settled
 * @param responses reads the response
 */
record AnsweredReply(UUID messageId, Optional<Answer> answer, Responses responses)
    implements Reply {

  @Override
  public Status status() {
    return answer
        .map(given -> given instanceof Answer.Completed ? Status.COMPLETED : Status.DEAD_LETTERED)
        .orElse(Status.TIMED_OUT);
  }

  private Optional<String> response() {
    return answer
        .filter(Answer.Completed.class::isInstance)
        .map(given -> ((Answer.Completed) given).response());
  }

  @Override
  public Optional<String> text() {
    return response()
        .map(json -> json.startsWith("\"") ? responses.read(messageId, json, String.class) : json);
  }

  @Override
  public <T> Optional<T> json(Class<T> type) {
    return response().map(json -> responses.read(messageId, json, type));
  }

  @Override
  public Optional<String> reason() {
    return answer
        .filter(Answer.DeadLettered.class::isInstance)
        .map(given -> ((Answer.DeadLettered) given).reason());
  }

  @Override
  public String toString() {
    return "Reply[messageId=" + messageId + ", status=" + status() + "]";
  }
}
