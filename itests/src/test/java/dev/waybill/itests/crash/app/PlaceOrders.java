package dev.waybill.itests.crash.app;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.util.List;

/**
 * Places orders, those of one request in one transaction: each line of the body is a number and a
 * kind. Answers {@code PLACED} when the commit has returned.
 */
@WebServlet("/place")
@ConnectionFactoryDefinition(
    name = PlaceOrders.PRODUCER,
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class PlaceOrders extends HttpServlet {

  /** The JNDI name of the producer. */
  public static final String PRODUCER = "java:app/waybill/Orders";

  private static final long serialVersionUID = 1L;

  @Resource(lookup = PRODUCER)
  private transient QueueProducer producer;

  @EJB private transient EffectTable effects;

  @Resource private transient UserTransaction transaction;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<Order> orders = request.getReader().lines().map(Order::parse).toList();
    try {
      transaction.begin();
      orders.forEach(this::place);
      if (orders.get(0).is("ROLLED_BACK")) {
        transaction.rollback();
        response.getWriter().print("REFUSED");
      } else {
        transaction.commit();
        response.getWriter().print("PLACED");
      }
    } catch (Exception e) {
      rollback();
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      response.getWriter().print(e);
    }
  }

  private void place(Order order) {
    effects.record(order.number(), "PLACED", 0);
    producer.send(OutgoingMessage.to(Order.ORDERS).text(order.text()).build());
  }

  private void rollback() {
    try {
      if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
        transaction.rollback();
      }
    } catch (Exception e) {
      log("Rolling back failed", e);
    }
  }
}
