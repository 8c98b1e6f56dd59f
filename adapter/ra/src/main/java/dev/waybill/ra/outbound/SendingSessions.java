package dev.waybill.ra.outbound;

import dev.waybill.ra.OpenAdapter;
import dev.waybill.ra.RaLog;
import dev.waybill.ra.lifecycle.ServerNames;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import javax.naming.NamingException;

/**
 * The sessions of the producers of one factory. Servers make a producer for each injection, so
 * those of one application share a session; it is held by its producers alone, and goes with them.
 */
final class SendingSessions {

  private final Map<ClassLoader, Shared> byApplication = new WeakHashMap<>();

  /** Remains when the session is gone, so that the commit path is said once. */
  private record Shared(OpenAdapter adapter, WeakReference<SendingSession> session) {}

  /** The session of the calling application. */
  synchronized SendingSession of(OpenAdapter adapter) {
    ClassLoader application = Thread.currentThread().getContextClassLoader();
    Shared known = byApplication.get(application);
    SendingSession session = known == null ? null : known.session().get();
    if (session != null && session.isOf(adapter)) {
      return session;
    }
    SendingSession created = SendingSession.of(adapter);
    byApplication.put(application, new Shared(adapter, new WeakReference<>(created)));
    if (known == null || !created.isOf(known.adapter())) {
      RaLog.producerReady(producer(), adapter.path());
    }
    return created;
  }

  /** Servers do not tell a producer its JNDI name; the application's is the next best. */
  static String producer() {
    try {
      return ServerNames.ofServer()
          .find("java:app/AppName")
          .map(application -> "QueueProducer of application " + application)
          .orElse("QueueProducer");
    } catch (NamingException e) {
      return "QueueProducer";
    }
  }
}
