package dev.waybill.itests.crash.streams;

import dev.waybill.api.QueueProducer;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Runs a producer for as long as a request lasts, and says line by line how far it is; the last
 * line is {@code end} and why. {@code DELETE} stops all.
 */
@WebServlet("/entries")
@ConnectionFactoryDefinition(
    name = SendEntries.PRODUCER,
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class SendEntries extends HttpServlet {

  /** The JNDI name of the producer. */
  public static final String PRODUCER = "java:app/waybill/Entries";

  private static final long serialVersionUID = 1L;

  @Resource(lookup = PRODUCER)
  private transient QueueProducer producer;

  @EJB private transient EntryTables tables;

  @Resource private transient UserTransaction transaction;

  private volatile boolean stopped;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    PrintWriter answer = response.getWriter();
    Producing producing =
        new Producing(
            producer,
            tables,
            transaction,
            request.getParameter("stream"),
            Manner.valueOf(request.getParameter("manner")),
            Integer.parseInt(request.getParameter("window")));
    try {
      String end = producing.run(() -> stopped || answer.checkError(), line -> say(answer, line));
      say(answer, "end " + end);
    } catch (Exception e) {
      log("Producing failed", e);
      say(answer, "end " + e);
    }
  }

  private static void say(PrintWriter answer, String line) {
    answer.println(line);
    answer.flush();
  }

  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response) {
    stopped = true;
  }
}
