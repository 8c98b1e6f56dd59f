package dev.waybill.ra.recovery;

import dev.waybill.ra.RaLog;
import dev.waybill.ra.lifecycle.ServerNames;
import java.lang.reflect.Method;
import java.util.Optional;
import javax.naming.NamingException;
import javax.transaction.xa.XAResource;

/**
 * The way into recovery on Payara and GlassFish, which drop the answer of {@code
 * ResourceAdapter.getXAResources}: their transaction manager takes an XAResource through {@code
 * registerRecoveryResourceHandler}. Guarded: found by name at run time, and absent elsewhere.
 */
public final class RecoveryHook {

  private static final String MANAGER = "java:appserver/TransactionManager";
  private static final String METHOD = "registerRecoveryResourceHandler";

  private final Object manager;
  private final Method register;

  private RecoveryHook(Object manager, Method register) {
    this.manager = manager;
    this.register = register;
  }

  /**
   * Looks for the hook.
   *
   * @param names the server's names
   * @return the hook, empty on servers without one
   */
  public static Optional<RecoveryHook> find(ServerNames names) {
    try {
      return names.find(MANAGER).flatMap(RecoveryHook::of);
    } catch (NamingException e) {
      return Optional.empty();
    }
  }

  private static Optional<RecoveryHook> of(Object manager) {
    try {
      return Optional.of(
          new RecoveryHook(manager, manager.getClass().getMethod(METHOD, XAResource.class)));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /**
   * Registers an XAResource for all recovery passes of this server process. It cannot be taken
   * back; passes after the first are made with what was registered before the first.
   *
   * @param resource asked by recovery
   * @return whether the server took it
   */
  public boolean register(XAResource resource) {
    try {
      register.invoke(manager, resource);
      RaLog.recoveryHookUsed();
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      RaLog.recoveryHookFailed(e);
      return false;
    }
  }

  /** What the server is configured to do about recovery. */
  public RecoverySettings settings() {
    return RecoverySettings.read(manager.getClass().getClassLoader());
  }
}
