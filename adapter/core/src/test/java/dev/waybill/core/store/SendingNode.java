package dev.waybill.core.store;

import dev.waybill.core.branch.BranchEvents;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A node that sends on every path, with one transaction of an application at a time. */
final class SendingNode implements AutoCloseable {

  final EnlistingDataSource application;
  final QueueStore store;
  final XaBranches xa;
  private final String name;
  private final LocalBranch local;
  private final JoinedBranch joined;
  private final Callers callers = new Callers();
  private Runnable afterLook = () -> {};
  private int lastBranch;

  SendingNode(String name, String url, SettableClock clock) {
    this.name = name;
    application = new EnlistingDataSource(url);
    store =
        QueueStores.open(
            TestStore.options(
                new Source.Joined(
                    application, "jdbc/app", Optional.of(new FaultyDataSource(url)), true),
                SchemaMode.MIGRATE,
                clock,
                true,
                name,
                "i1"));
    BranchStore branches = looking(store.branches());
    local = new LocalBranch(branches, new Nobody());
    joined = new JoinedBranch(branches, callers, new Nobody());
    xa = new XaBranches(() -> branches, callers, new Nobody(), new Never());
  }

  /** Something happens each time between the look for an id and the send. */
  void afterLook(Runnable step) {
    afterLook = step;
  }

  private BranchStore looking(BranchStore rows) {
    return (BranchStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BranchStore.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(rows, arguments);
                if (method.getName().equals("firstSends")) {
                  afterLook.run();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Sends in a transaction that commits. */
  List<UUID> send(Path path, NewMessage... messages) throws SQLException, XAException {
    switch (path) {
      case LOCAL -> {
        return local.send(List.of(messages));
      }
      case JOINED -> {
        begin();
        List<UUID> ids;
        try {
          ids = sendJoined(messages);
        } catch (RuntimeException e) {
          rollback();
          throw e;
        }
        commit();
        return ids;
      }
      default -> {
        XaBranch branch = start();
        List<UUID> ids;
        try {
          ids = branch.send(List.of(messages));
        } catch (RuntimeException e) {
          xa.rollback(end(branch));
          throw e;
        }
        commit(branch, path == Path.TWO_PHASE);
        return ids;
      }
    }
  }

  void commit(XaBranch branch, boolean twoPhases) throws XAException {
    Xid xid = end(branch);
    if (!twoPhases) {
      xa.commit(xid, true);
    } else if (xa.prepare(xid) == XAResource.XA_OK) {
      xa.commit(xid, false);
      store.branches().release(branch.id());
    }
  }

  XaBranch start() throws XAException {
    String global =
        HexFormat.of().formatHex((name + lastBranch++).getBytes(StandardCharsets.UTF_8));
    return xa.start(new BranchId(0x57, global, "0b").toXid(), XAResource.TMNOFLAGS);
  }

  Xid end(XaBranch branch) throws XAException {
    Xid xid = branch.id().toXid();
    xa.end(xid, XAResource.TMSUCCESS);
    return xid;
  }

  /** Begins a transaction of the application. */
  void begin() throws SQLException {
    application.begin();
    callers.key = new Object();
    callers.rollbackOnly = false;
  }

  List<UUID> sendJoined(NewMessage... messages) {
    return joined.send(List.of(messages));
  }

  boolean isRollbackOnly() {
    return callers.rollbackOnly;
  }

  void commit() throws SQLException {
    if (callers.rollbackOnly) {
      throw new IllegalStateException("marked for rollback");
    }
    application.commit();
    completed();
  }

  /** The node learns that the transaction has committed. */
  void completed() {
    callers.complete(true);
  }

  void rollback() throws SQLException {
    application.rollback();
    callers.complete(false);
  }

  @Override
  public void close() {
    store.close();
  }

  /** Nobody listens. */
  private static final class Nobody implements BranchEvents {
    @Override
    public void visible(Set<QueueName> queues) {}

    @Override
    public void keysChanged() {}

    @Override
    public void releasable(BranchId id) {}
  }

  /** Nothing is left for later. */
  private static final class Never implements TaskScheduler {
    @Override
    public boolean execute(String task, Runnable run) {
      return false;
    }

    @Override
    public Cancellable after(Duration delay, String task, Runnable run) {
      return () -> {};
    }
  }
}
