package dev.waybill.ra.recovery;

import dev.waybill.core.branch.BranchId;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.ra.RaLog;
import dev.waybill.ra.lifecycle.OpenStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks, once the store is open, whether branches are in doubt that the server's recovery will not
 * ask for, and holds them for an operator. Only for servers with the hook: their first recovery
 * pass may come before the adapter, and then they forget which branches were to be committed.
 */
public final class RecoveryWatch {

  private static final Duration MARGIN = Duration.ofSeconds(30);
  private static final String FIX =
      "Fix for the next start: in --prebootcommandfile set transaction-service"
          + " automatic-recovery=true, tx-log-dir to a directory that stays, and"
          + " property.recover-txn-delay to more seconds than the deployment of waybill.rar takes.";

  private final RecoveryResource resource;
  private final RecoverySettings settings;
  private final TaskScheduler scheduler;
  private final String node;
  private final AtomicBoolean saidOff = new AtomicBoolean();

  /**
   * A watch.
   *
   * @param resource what recovery asks
   * @param settings what the server is configured to do
   * @param scheduler waits for recovery
   * @param node this node, for messages
   */
  public RecoveryWatch(
      RecoveryResource resource, RecoverySettings settings, TaskScheduler scheduler, String node) {
    this.resource = Objects.requireNonNull(resource, "resource");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    this.node = Objects.requireNonNull(node, "node");
  }

  /** Looks at a store that has just been opened. */
  public void opened(OpenStore open) {
    List<BranchId> inDoubt = open.store().branches().leftBehind();
    if (inDoubt.isEmpty()) {
      return;
    }
    if (settings.known() && !settings.automatic()) {
      holdUnlessAsked(open, inDoubt);
    } else {
      Duration wait = settings.delay().orElse(Duration.ZERO).plus(MARGIN);
      scheduler.after(wait, "watch recovery", () -> holdUnlessAsked(open, inDoubt));
    }
  }

  /** A branch was prepared: from now on a crash needs recovery. Says once if it is off. */
  void prepared() {
    if (settings.known() && !settings.automatic() && saidOff.compareAndSet(false, true)) {
      RaLog.recoveryOff(FIX);
    }
  }

  private void holdUnlessAsked(OpenStore open, List<BranchId> before) {
    if (resource.wasAsked()) {
      return;
    }
    List<BranchId> now = open.store().branches().leftBehind();
    List<BranchId> left = before.stream().filter(now::contains).toList();
    if (!left.isEmpty()) {
      open.store().branches().hold(left);
      RaLog.inDoubtHeld(left.size(), node, FIX);
    }
  }
}
