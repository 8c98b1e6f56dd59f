package dev.waybill.testkit;

import java.util.Hashtable;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import javax.naming.spi.NamingManager;

/** JNDI of all simulated containers of this JVM: one flat map of names. */
final class SimulatedNaming {

  private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

  static {
    try {
      if (!NamingManager.hasInitialContextFactoryBuilder()) {
        NamingManager.setInitialContextFactoryBuilder(environment -> new Factory());
      }
    } catch (NamingException e) {
      throw new IllegalStateException("JNDI cannot be simulated", e);
    }
  }

  private SimulatedNaming() {}

  static void bind(String name, Object object) {
    BOUND.put(name, Objects.requireNonNull(object, "object"));
  }

  static void unbind(String name, Object object) {
    BOUND.remove(name, object);
  }

  private static final class Factory implements InitialContextFactory {
    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
      return new FlatContext();
    }
  }

  private static final class FlatContext extends InitialContext {

    FlatContext() throws NamingException {
      super(true);
    }

    @Override
    public Object lookup(String name) throws NamingException {
      Object object = BOUND.get(name);
      if (object == null) {
        throw new NameNotFoundException(name + " is not bound");
      }
      return object;
    }

    @Override
    public void close() {}
  }
}
