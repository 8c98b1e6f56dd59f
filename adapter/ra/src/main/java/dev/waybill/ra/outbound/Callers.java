package dev.waybill.ra.outbound;

import dev.waybill.ra.lifecycle.ServerNames;
import javax.naming.NamingException;

/** Servers do not tell a connection factory its JNDI name; the application's is the next best. */
final class Callers {

  private Callers() {}

  /** A product and the calling application, for people. */
  static String named(String product) {
    try {
      return ServerNames.ofServer()
          .find("java:app/AppName")
          .map(application -> product + " of application " + application)
          .orElse(product);
    } catch (NamingException e) {
      return product;
    }
  }
}
