package dev.waybill.itests.embedded.app;

import dev.waybill.api.OutgoingMessage;
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

/** Sends a message in a transaction that is committed or rolled back. */
@WebServlet("/send")
@ConnectionFactoryDefinition(
    name = Letterbox.PRODUCER,
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class Letterbox extends HttpServlet {

  /** Where it sends. */
  public static final String QUEUE = "app:letters";

  /** The JNDI name of the producer. */
  public static final String PRODUCER = "java:app/waybill/Letters";

  private static final long serialVersionUID = 1L;

  @Resource(lookup = PRODUCER)
  private transient QueueProducer producer;

  @Resource private transient UserTransaction transaction;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      transaction.begin();
      producer.send(OutgoingMessage.to(QUEUE).text(request.getParameter("text")).build());
      if ("rollback".equals(request.getParameter("end"))) {
        transaction.rollback();
      } else {
        transaction.commit();
      }
      response.getWriter().print("done");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
