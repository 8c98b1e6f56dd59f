package dev.waybill.core.store;

import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.QueueDirectory;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.model.StoreClock;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Optional;

/** An open store. */
final class JpaQueueStore implements QueueStore {

  private final StoreAccess access;
  private final List<EntityManagerFactory> units;
  private final Runnable synchroniseClock;
  private final StoreClock clock;
  private final NodeRegistry nodes;
  private final BranchStore branches;
  private final StreamStore streams;
  private final LeaseStore leases;
  private final QueueDirectory queues;
  private final Answers answers;
  private final Upkeep upkeep;
  private final Optional<Notifications> notifications;

  JpaQueueStore(
      StoreAccess access,
      List<EntityManagerFactory> units,
      Runnable synchroniseClock,
      StoreClock clock,
      NodeRegistry nodes,
      BranchStore branches,
      StreamStore streams,
      LeaseStore leases,
      QueueDirectory queues,
      Answers answers,
      Upkeep upkeep,
      Optional<Notifications> notifications) {
    this.access = access;
    this.units = units;
    this.synchroniseClock = synchroniseClock;
    this.clock = clock;
    this.nodes = nodes;
    this.branches = branches;
    this.streams = streams;
    this.leases = leases;
    this.queues = queues;
    this.answers = answers;
    this.upkeep = upkeep;
    this.notifications = notifications;
  }

  @Override
  public BranchStore branches() {
    return branches;
  }

  @Override
  public StreamStore streams() {
    return streams;
  }

  @Override
  public LeaseStore leases() {
    return leases;
  }

  @Override
  public QueueDirectory queues() {
    return queues;
  }

  @Override
  public Answers answers() {
    return answers;
  }

  @Override
  public Upkeep upkeep() {
    return upkeep;
  }

  @Override
  public Optional<Notifications> notifications() {
    return notifications;
  }

  @Override
  public StoreClock clock() {
    return clock;
  }

  @Override
  public String description() {
    return access.description();
  }

  @Override
  public void beat() {
    access
        .detached()
        .call(
            () -> {
              synchroniseClock.run();
              nodes.beat();
              return null;
            });
  }

  @Override
  public void close() {
    notifications.ifPresent(Notifications::close);
    try {
      access
          .detached()
          .call(
              () -> {
                nodes.leave();
                return null;
              });
    } catch (RuntimeException e) {
      StoreLog.notClosed("the record of this node in " + access.where(), e);
    } finally {
      for (EntityManagerFactory unit : units) {
        try {
          unit.close();
        } catch (RuntimeException e) {
          StoreLog.notClosed("the persistence unit", e);
        }
      }
      access.close();
    }
  }
}
