package dev.waybill.ra.lifecycle;

import java.util.regex.Pattern;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Finds DataSources of the server by their JNDI names. */
public final class DataSources {

  private static final Pattern OF_ONE_COMPONENT = Pattern.compile("java:(app|module|comp)/");

  private final ServerNames names;

  /**
   * A finder.
   *
   * @param names the server's names
   */
  public DataSources(ServerNames names) {
    this.names = names;
  }

  /**
   * Looks a DataSource up.
   *
   * @param property the property that names it
   * @param name its JNDI name
   * @return the DataSource
   * @throws StoreNotOpenException if it is not bound, or something else is
   */
  DataSource find(String property, String name) throws StoreNotOpenException {
    Object found;
    try {
      found = names.find(name).orElseThrow(() -> StoreNotOpenException.notBound(property, name));
    } catch (NamingException e) {
      throw StoreNotOpenException.failed(
          property
              + "=\""
              + name
              + "\" cannot be looked up ("
              + Reasons.of(e)
              + "); fix: "
              + fix(name),
          e);
    }
    if (found instanceof DataSource dataSource) {
      return dataSource;
    }
    throw StoreNotOpenException.failed(
        property
            + "=\""
            + name
            + "\" names a "
            + found.getClass().getName()
            + ", not a DataSource; fix: give the JNDI name of a DataSource.",
        null);
  }

  private static String fix(String name) {
    // Where a name belongs to one component, threads of the adapter see nothing under it (Payara:
    // "Got null ComponentInvocation").
    return OF_ONE_COMPONENT.matcher(name).lookingAt()
        ? "only threads of one application see such names; use a DataSource of the server, or define"
            + " it under a java:global/ name."
        : "check the DataSource in the server's configuration.";
  }
}
