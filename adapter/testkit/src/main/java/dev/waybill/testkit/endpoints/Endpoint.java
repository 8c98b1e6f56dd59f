package dev.waybill.testkit.endpoints;

import dev.waybill.testkit.ContractChecker;
import dev.waybill.testkit.faults.Lifeline;
import jakarta.resource.ResourceException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One endpoint: checks the order of calls and passes them to the bean. */
final class Endpoint implements InvocationHandler {

  private enum State {
    IDLE,
    BEFORE_FAILED,
    BEFORE,
    INVOKED,
    RELEASED
  }

  private final String name;
  private final BeanCall bean;
  private final ContractChecker checker;
  private final Lifeline lifeline;
  private final Consumer<Endpoint> released;
  private final AtomicReference<Thread> user = new AtomicReference<>();
  private volatile State state = State.IDLE;
  private Thread deliverer;

  Endpoint(
      String name,
      BeanCall bean,
      ContractChecker checker,
      Lifeline lifeline,
      Consumer<Endpoint> released) {
    this.name = name;
    this.bean = bean;
    this.checker = checker;
    this.lifeline = lifeline;
    this.released = released;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> toString();
      };
    }
    boolean first = user.compareAndSet(null, Thread.currentThread());
    if (!first) {
      checker.violation(
          method.getName() + " on " + this + " while thread " + user.get() + " uses it");
    }
    try {
      return call(method, arguments);
    } finally {
      if (first) {
        user.set(null);
      }
    }
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (state == State.RELEASED) {
      checker.violation(method.getName() + " on " + this + " after its release");
      throw new IllegalStateException(this + " is released");
    }
    switch (method.getName()) {
      case "beforeDelivery" -> before((Method) arguments[0]);
      case "afterDelivery" -> after();
      case "release" -> release();
      default -> {
        return deliver(method, arguments);
      }
    }
    return null;
  }

  private void before(Method method) throws ResourceException, NoSuchMethodException {
    checker.requireWork("beforeDelivery");
    if (method == null) {
      throw new NoSuchMethodException("beforeDelivery(null)");
    }
    if (state != State.IDLE) {
      checker.violation("beforeDelivery on " + this + " twice without afterDelivery");
      throw new IllegalStateException("beforeDelivery was called before");
    }
    requireAlive();
    deliverer = Thread.currentThread();
    state = State.BEFORE_FAILED;
    bean.begin();
    state = State.BEFORE;
  }

  private Object deliver(Method method, Object[] arguments) throws Throwable {
    checker.requireWork("The listener is called");
    if (state != State.BEFORE) {
      checker.violation(
          method.getName()
              + " on "
              + this
              + (state == State.INVOKED ? " twice in one delivery" : " outside a delivery"));
    }
    requireSameThread(method.getName());
    requireAlive();
    if (state == State.BEFORE) {
      state = State.INVOKED;
    }
    return bean.invoke(method, arguments);
  }

  private void after() throws ResourceException {
    if (state == State.BEFORE_FAILED) {
      state = State.IDLE;
      return;
    }
    if (state == State.IDLE) {
      checker.violation("afterDelivery on " + this + " without beforeDelivery");
      throw new IllegalStateException("beforeDelivery was not called");
    }
    requireSameThread("afterDelivery");
    state = State.IDLE;
    bean.complete();
  }

  private void release() throws ResourceException {
    boolean delivering = state == State.BEFORE || state == State.INVOKED;
    state = State.RELEASED;
    if (delivering) {
      if (!lifeline.isCut()) {
        checker.violation("release of " + this + " without afterDelivery");
      }
      bean.fail();
      bean.complete();
    }
    released.accept(this);
  }

  private void requireSameThread(String call) {
    if (state != State.IDLE && deliverer != Thread.currentThread()) {
      checker.violation(call + " on " + this + " on another thread than beforeDelivery");
    }
  }

  private void requireAlive() {
    if (lifeline.isCut()) {
      throw new IllegalStateException("The container has crashed");
    }
  }

  @Override
  public String toString() {
    return "Endpoint[" + name + " #" + System.identityHashCode(this) + ", " + state + "]";
  }
}
