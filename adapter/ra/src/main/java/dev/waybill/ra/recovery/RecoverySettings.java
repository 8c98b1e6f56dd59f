package dev.waybill.ra.recovery;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;

/**
 * What Payara or GlassFish is configured to do about recovery.
 *
 * @param known whether it could be read
 * @param automatic whether recovery runs at start
 * @param delay how long after the server's start it runs; empty: at once, which may be before an
 *     adapter on the command line is deployed
 */
public record RecoverySettings(boolean known, boolean automatic, Optional<Duration> delay) {

  private static final String SERVICE = "com.sun.enterprise.transaction.config.TransactionService";
  private static final String INSTANCE = "default-instance-name";
  private static final String DELAY = "recover-txn-delay";

  static RecoverySettings unknown() {
    return new RecoverySettings(false, false, Optional.empty());
  }

  /** Reads the transaction service's configuration by reflection, as there is no API for it. */
  static RecoverySettings read(ClassLoader server) {
    try {
      Class<?> globals = Class.forName("org.glassfish.internal.api.Globals", true, server);
      Object locator = globals.getMethod("getDefaultBaseServiceLocator").invoke(null);
      Class<?> service = Class.forName(SERVICE, true, server);
      Method find =
          Class.forName("org.glassfish.hk2.api.ServiceLocator", true, server)
              .getMethod(
                  "getService", Class.class, String.class, java.lang.annotation.Annotation[].class);
      Object configured =
          find.invoke(locator, service, INSTANCE, new java.lang.annotation.Annotation[0]);
      boolean automatic =
          Boolean.parseBoolean(
              String.valueOf(service.getMethod("getAutomaticRecovery").invoke(configured)));
      Object delay =
          configured
              .getClass()
              .getMethod("getPropertyValue", String.class)
              .invoke(configured, DELAY);
      return new RecoverySettings(true, automatic, parseDelay(delay));
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      return unknown();
    }
  }

  private static Optional<Duration> parseDelay(Object text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      long seconds = Long.parseLong(text.toString().trim());
      return seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
