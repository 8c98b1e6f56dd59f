package dev.waybill.sample.http;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.util.logging.Logger;

/**
 * Logs that the order service is up, and where when the system property {@code orders.url} says.
 */
@WebListener
public class StartNote implements ServletContextListener {

  private static final Logger LOG = Logger.getLogger(StartNote.class.getName());

  @Override
  public void contextInitialized(ServletContextEvent event) {
    String url = System.getProperty("orders.url", event.getServletContext().getContextPath() + "/");
    LOG.info("The order service is up: " + url);
  }
}
