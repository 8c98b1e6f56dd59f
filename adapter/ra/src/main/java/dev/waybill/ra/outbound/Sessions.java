package dev.waybill.ra.outbound;

import dev.waybill.ra.OpenAdapter;
import dev.waybill.ra.RaLog;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The sessions of what one factory has made. Servers make one for each injection, so those of one
 * application share a session; it is held by them alone, and goes with them.
 *
 * @param <S> the session
 */
final class Sessions<S extends Session> {

  private final String does;
  private final Supplier<String> caller;
  private final Function<OpenAdapter, S> begin;

  private final Map<ClassLoader, Shared<S>> byApplication = new WeakHashMap<>();

  /** Remains when the session is gone, so that the commit path is said once. */
  private record Shared<S>(OpenAdapter adapter, WeakReference<S> session) {}

  /**
   * No session yet.
   *
   * @param does what is done with it, for the log: sends, receives
   * @param caller who calls, for people
   * @param begin makes a session
   */
  Sessions(String does, Supplier<String> caller, Function<OpenAdapter, S> begin) {
    this.does = does;
    this.caller = caller;
    this.begin = begin;
  }

  /** The session of the calling application. */
  synchronized S of(OpenAdapter adapter) {
    ClassLoader application = Thread.currentThread().getContextClassLoader();
    Shared<S> known = byApplication.get(application);
    S session = known == null ? null : known.session().get();
    if (session != null && session.isOf(adapter)) {
      return session;
    }
    S created = begin.apply(adapter);
    byApplication.put(application, new Shared<>(adapter, new WeakReference<>(created)));
    if (known == null || !created.isOf(known.adapter())) {
      RaLog.factoryReady(caller.get(), does, adapter.path());
    }
    return created;
  }
}
