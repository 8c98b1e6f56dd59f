package dev.waybill.itests.config.app;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;

/** Sends with a pool that the server does not enlist, inside a transaction or outside. */
@WebServlet("/send")
@ConnectionFactoryDefinition(
    name = UntransactedPool.PRODUCER,
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.NoTransaction)
public class UntransactedPool extends HttpServlet {

  /** The JNDI name of the producer. */
  public static final String PRODUCER = "java:app/waybill/Untransacted";

  private static final long serialVersionUID = 1L;

  @Resource(lookup = PRODUCER)
  private transient QueueProducer producer;

  @Resource private transient UserTransaction transaction;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      if ("true".equals(request.getParameter("transaction"))) {
        transaction.begin();
        try {
          send();
        } finally {
          transaction.rollback();
        }
      } else {
        send();
      }
      response.getWriter().print("sent");
    } catch (QueueException e) {
      response.setStatus(HttpServletResponse.SC_CONFLICT);
      response.getWriter().print(e.kind() + " " + e.getMessage());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void send() {
    producer.send(OutgoingMessage.to("app:untransacted").text("hello").build());
  }
}
