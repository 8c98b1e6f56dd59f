package dev.waybill.ra.fake;

import jakarta.ejb.EJBException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAResource;

/**
 * The endpoints of one bean, with the rules an EJB container has: a RuntimeException comes out
 * wrapped and rolls back in afterDelivery with the status still active; a checked exception comes
 * out as it is and commits unless the adapter marks the transaction.
 */
public final class TinyEndpoints implements MessageEndpointFactory {

  /** Calls in their order. */
  public final List<String> calls = new ArrayList<>();

  public boolean unavailable;
  public RuntimeException beforeFails;
  public RuntimeException afterFails;

  /** What a server would not do: it begins the transaction and forgets the XAResource. */
  public boolean forgetsToEnlist;

  public XAResource lastResource;

  /** A resource of the bean's own beside ours, so that the commit has two phases. */
  public XAResource beansResource;

  private final TinyTransactions transactions;
  private final Object bean;
  private final Class<?> listener;
  private final boolean transacted;

  public TinyEndpoints(
      TinyTransactions transactions, Object bean, Class<?> listener, boolean transacted) {
    this.transactions = transactions;
    this.bean = bean;
    this.listener = listener;
    this.transacted = transacted;
  }

  @Override
  public MessageEndpoint createEndpoint(XAResource resource) throws UnavailableException {
    if (unavailable) {
      throw new UnavailableException("the pool is empty");
    }
    lastResource = resource;
    Calls handler = new Calls(resource);
    return (MessageEndpoint)
        Proxy.newProxyInstance(
            TinyEndpoints.class.getClassLoader(),
            new Class<?>[] {MessageEndpoint.class, listener},
            (proxy, method, arguments) -> handler.call(method, arguments));
  }

  @Override
  public MessageEndpoint createEndpoint(XAResource resource, long timeout)
      throws UnavailableException {
    return createEndpoint(resource);
  }

  @Override
  public boolean isDeliveryTransacted(Method method) {
    return transacted;
  }

  @Override
  public String getActivationName() {
    return "test";
  }

  @Override
  public Class<?> getEndpointClass() {
    return bean.getClass();
  }

  private final class Calls {

    private final XAResource resource;
    private boolean rollback;

    Calls(XAResource resource) {
      this.resource = resource;
    }

    Object call(Method method, Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "beforeDelivery" -> before();
        case "afterDelivery" -> after();
        case "release" -> calls.add("release");
        default -> listen(method, arguments);
      }
      return null;
    }

    private void before() {
      calls.add("before");
      if (beforeFails != null) {
        throw beforeFails;
      }
      rollback = false;
      if (transacted) {
        transactions.begin();
        if (resource != null && !forgetsToEnlist) {
          transactions.enlist(resource);
        }
        if (beansResource != null) {
          transactions.enlist(beansResource);
        }
      }
    }

    private void listen(Method method, Object[] arguments) throws Throwable {
      calls.add("listener");
      try {
        method.invoke(bean, arguments);
      } catch (InvocationTargetException e) {
        Throwable thrown = e.getTargetException();
        if (thrown instanceof RuntimeException runtime) {
          rollback = true;
          throw new EJBException(runtime);
        }
        if (thrown instanceof Error) {
          rollback = true;
        }
        throw thrown;
      }
    }

    private void after() {
      calls.add("after");
      if (transacted) {
        transactions.end(!rollback);
      }
      if (afterFails != null) {
        throw afterFails;
      }
    }
  }
}
