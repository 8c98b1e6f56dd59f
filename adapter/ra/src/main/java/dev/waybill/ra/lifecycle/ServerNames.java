package dev.waybill.ra.lifecycle;

import java.util.Optional;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;

/** The server's JNDI names. The one place that looks names up. */
@FunctionalInterface
public interface ServerNames {

  /**
   * Looks a name up.
   *
   * @param name configured by the server's administrator, or a constant; never a user's input
   * @return what is bound; empty if nothing is
   * @throws NamingException if the lookup failed for another reason
   */
  Optional<Object> find(String name) throws NamingException;

  /** The names as the calling thread sees them. */
  @SuppressWarnings("BanJNDI")
  static ServerNames ofServer() {
    return name -> {
      try {
        Context context = new InitialContext();
        try {
          return Optional.ofNullable(context.lookup(name));
        } finally {
          context.close();
        }
      } catch (NamingException e) {
        // Payara wraps "not found" of most names in a general NamingException.
        if (isNotFound(e)) {
          return Optional.empty();
        }
        throw e;
      }
    };
  }

  private static boolean isNotFound(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof NameNotFoundException) {
        return true;
      }
    }
    return false;
  }
}
