package dev.waybill.sample.http;

import dev.waybill.api.QueueException;
import dev.waybill.sample.order.InvalidOrderException;
import dev.waybill.sample.order.Problem;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Turns every error into JSON: 400 with all problems, 503 when trying again can help, else 500. */
@Provider
public class ErrorMapper implements ExceptionMapper<Exception> {

  private static final Logger LOG = Logger.getLogger(ErrorMapper.class.getName());
  private static final int RETRY_AFTER_SECONDS = 2;

  @Override
  public Response toResponse(Exception error) {
    if (error instanceof InvalidOrderException invalid) {
      return answer(
          Response.status(Response.Status.BAD_REQUEST),
          "The request was not accepted; nothing was stored.",
          invalid.problems());
    }
    if (error instanceof WebApplicationException web) {
      return answer(Response.fromResponse(web.getResponse()), words(web), List.of());
    }
    Optional<QueueException> queueError = queueError(error);
    if (queueError.filter(QueueException::retryable).isPresent()) {
      return answer(
          Response.status(Response.Status.SERVICE_UNAVAILABLE)
              .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS),
          "Nothing was stored: " + queueError.get().getMessage() + " Try again in a moment.",
          List.of());
    }
    LOG.log(Level.WARNING, "A request failed", error);
    return answer(
        Response.serverError(),
        "The server could not do this, and its log says why. Look at GET orders before you place an order again.",
        List.of());
  }

  private static String words(WebApplicationException error) {
    return error instanceof NotSupportedException
        ? "Only JSON is accepted. Send it with the header Content-Type: application/json."
        : error.getMessage();
  }

  private static Optional<QueueException> queueError(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof QueueException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static Response answer(
      Response.ResponseBuilder response, String error, List<Problem> problems) {
    return response
        .type(MediaType.APPLICATION_JSON)
        .entity(new ErrorAnswer(error, problems))
        .build();
  }
}
