package dev.waybill.core.delivery;

import dev.waybill.core.store.LeaseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Counts the calls of a lease store and lets a test act before and after each. */
final class Watched {

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Runnable> before = Collections.synchronizedMap(new HashMap<>());
  private final Map<String, Consumer<Object>> after = Collections.synchronizedMap(new HashMap<>());
  private final LeaseStore store;

  Watched(LeaseStore watched) {
    store =
        (LeaseStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {LeaseStore.class},
                (proxy, method, arguments) -> {
                  calls.add(method.getName());
                  before.getOrDefault("*", () -> {}).run();
                  before.getOrDefault(method.getName(), () -> {}).run();
                  Object result;
                  try {
                    result = method.invoke(watched, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                  after.getOrDefault(method.getName(), any -> {}).accept(result);
                  return result;
                });
  }

  LeaseStore store() {
    return store;
  }

  /** Acts before each call of a method, {@code *} for all. */
  void before(String method, Runnable action) {
    before.put(method, action);
  }

  /** Acts after each call of a method. */
  void after(String method, Consumer<Object> action) {
    after.put(method, action);
  }

  /** Acts no more. */
  void calm() {
    before.clear();
    after.clear();
  }

  long calls(String method) {
    return calls.stream().filter(method::equals).count();
  }
}
