package dev.waybill.itests.recovery.app;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.itests.embedded.app.Letterbox;
import jakarta.annotation.Resource;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;

/** Sends a message in a transaction, and says what became of it. */
@WebServlet("/send")
@ConnectionFactoryDefinition(
    name = TryingLetterbox.PRODUCER,
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class TryingLetterbox extends HttpServlet {

  static final String PRODUCER = "java:app/waybill/Tried";

  private static final long serialVersionUID = 1L;

  @Resource(lookup = PRODUCER)
  private transient QueueProducer producer;

  @Resource private transient UserTransaction transaction;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      transaction.begin();
      try {
        producer.send(
            OutgoingMessage.to(Letterbox.QUEUE).text(request.getParameter("text")).build());
      } catch (QueueException e) {
        transaction.rollback();
        response.getWriter().print(e.kind() + " " + e.retryable() + " " + e.getMessage());
        return;
      }
      transaction.commit();
      response.getWriter().print("done");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
