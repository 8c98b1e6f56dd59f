package dev.waybill.testkit.endpoints;

import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyXaResource;
import dev.waybill.testkit.faults.Lifeline;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;

/**
 * Gives an adapter endpoints around one plain listener object (Jakarta Connectors 2.1, chapter 13).
 */
public final class SimulatedEndpointFactory implements MessageEndpointFactory {

  private final EndpointSettings settings;
  private final Object listener;
  private final Class<?> listenerInterface;
  private final ContractChecker checker;
  private final Faults faults;
  private final Lifeline lifeline;
  private final Semaphore free;
  private final Set<Endpoint> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile boolean available = true;

  /**
   * A factory for one bean.
   *
   * @param settings how the container treats it
   * @param listenerInterface the message-listener interface
   * @param listener the bean; used by as many threads as there are endpoints
   * @param checker is told of violations
   * @param faults what happens at the points of the adapter's XAResources
   * @param lifeline of the container
   * @param <T> the message-listener interface
   */
  public <T> SimulatedEndpointFactory(
      EndpointSettings settings,
      Class<T> listenerInterface,
      T listener,
      ContractChecker checker,
      Faults faults,
      Lifeline lifeline) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.listenerInterface = Objects.requireNonNull(listenerInterface, "listenerInterface");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.checker = Objects.requireNonNull(checker, "checker");
    this.faults = Objects.requireNonNull(faults, "faults");
    this.lifeline = Objects.requireNonNull(lifeline, "lifeline");
    this.free = new Semaphore(settings.poolSize());
  }

  /**
   * Lets the container give endpoints or refuse them, as while it starts or stops an application.
   *
   * @param isAvailable false: every {@code createEndpoint} throws UnavailableException
   */
  public void setAvailable(boolean isAvailable) {
    available = isAvailable;
  }

  /** How many endpoints the adapter holds now. */
  public int openEndpoints() {
    return open.size();
  }

  /** How often the container was {@linkplain #setAvailable unavailable} when it was asked. */
  public int refusals() {
    return refusals.get();
  }

  /** The adapter has stopped: endpoints it still holds are a violation. */
  public void requireAllReleased() {
    for (Endpoint endpoint : open) {
      checker.violation(endpoint + " was not released");
    }
  }

  @Override
  public MessageEndpoint createEndpoint(XAResource xaResource) throws UnavailableException {
    return createEndpoint(xaResource, 0);
  }

  @Override
  public MessageEndpoint createEndpoint(XAResource xaResource, long timeoutMillis)
      throws UnavailableException {
    checker.forbidTimer("An endpoint is created");
    if (!available || lifeline.isCut()) {
      refusals.incrementAndGet();
      throw new UnavailableException(settings.activationName() + " takes no messages now");
    }
    try {
      if (!free.tryAcquire(Math.max(0, timeoutMillis), TimeUnit.MILLISECONDS)) {
        throw new UnavailableException("All endpoints of " + settings.activationName() + " work");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(e);
    }
    XAResource resource =
        xaResource == null ? null : new FaultyXaResource(xaResource, faults, lifeline);
    BeanCall bean = new BeanCall(settings, listener, resource);
    Endpoint endpoint =
        new Endpoint(settings.activationName(), bean, checker, lifeline, this::back);
    open.add(endpoint);
    return (MessageEndpoint)
        Proxy.newProxyInstance(
            listener.getClass().getClassLoader(),
            new Class<?>[] {listenerInterface, MessageEndpoint.class},
            endpoint);
  }

  private void back(Endpoint endpoint) {
    if (open.remove(endpoint)) {
      free.release();
    }
  }

  @Override
  public boolean isDeliveryTransacted(Method method) throws NoSuchMethodException {
    boolean known =
        Arrays.stream(listener.getClass().getMethods())
            .anyMatch(
                own ->
                    own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    if (!known) {
      throw new NoSuchMethodException(method.toString());
    }
    return settings.attribute() == TransactionAttribute.REQUIRED;
  }

  @Override
  public String getActivationName() {
    return settings.activationName();
  }

  @Override
  public Class<?> getEndpointClass() {
    return listener.getClass();
  }
}
