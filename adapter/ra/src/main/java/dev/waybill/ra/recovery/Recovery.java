package dev.waybill.ra.recovery;

import dev.waybill.core.model.TaskScheduler;
import dev.waybill.ra.config.AdapterConfiguration;
import dev.waybill.ra.lifecycle.EnlistmentProbe;
import dev.waybill.ra.lifecycle.ServerNames;
import dev.waybill.ra.lifecycle.StoreLifecycle;
import java.util.Optional;
import javax.transaction.xa.XAResource;

/**
 * Brings the adapter into the server's recovery. Where the server has no hook it asks {@code
 * ResourceAdapter.getXAResources} (Jakarta Connectors 2.1, chapter 5.3.4), and nothing is done
 * here.
 */
public final class Recovery {

  private final ServerNames names;
  private final StoreLifecycle store;
  private final EnlistmentProbe probe;
  private final TaskScheduler scheduler;
  private final AdapterConfiguration configuration;
  private volatile RecoveryResource registered;
  private volatile RecoveryWatch watching;

  /**
   * The recovery of one adapter.
   *
   * @param names where the hook is found
   * @param store waited for
   * @param probe not waited for
   * @param scheduler runs the watch
   * @param configuration node and {@code recoveryWait}
   */
  public Recovery(
      ServerNames names,
      StoreLifecycle store,
      EnlistmentProbe probe,
      TaskScheduler scheduler,
      AdapterConfiguration configuration) {
    this.names = names;
    this.store = store;
    this.probe = probe;
    this.scheduler = scheduler;
    this.configuration = configuration;
  }

  /**
   * Registers with the server's hook, if there is one. Call before the store is opened.
   *
   * @param branches finishes branches
   * @param loader the adapter's
   */
  public void register(XAResource branches, ClassLoader loader) {
    Optional<RecoveryHook> hook = RecoveryHook.find(names);
    if (hook.isEmpty()) {
      return;
    }
    RecoveryResource resource =
        new RecoveryResource(branches, store, probe, configuration.recoveryWait(), loader);
    if (hook.get().register(resource)) {
      registered = resource;
      RecoveryWatch watch =
          new RecoveryWatch(resource, hook.get().settings(), scheduler, configuration.nodeName());
      watching = watch;
      store.whenOpen(watch::opened);
    }
  }

  /** A branch was prepared: from now on a crash needs recovery. */
  public void prepared() {
    RecoveryWatch watch = watching;
    if (watch != null) {
      watch.prepared();
    }
  }

  /** Lets go of what the server keeps. */
  public void close() {
    RecoveryResource resource = registered;
    if (resource != null) {
      resource.close();
    }
  }
}
