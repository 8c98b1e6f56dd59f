package dev.waybill.ra.lifecycle;

import javax.naming.NamingException;
import javax.sql.DataSource;

/** Finds DataSources of the server by their JNDI names. */
public final class DataSources {

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
              + "); fix: check the DataSource in the server's configuration.",
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
}
