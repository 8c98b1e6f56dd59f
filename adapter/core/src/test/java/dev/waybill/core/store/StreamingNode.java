package dev.waybill.core.store;

import static dev.waybill.core.store.TestStore.ORDERS;
import static dev.waybill.core.store.TestStore.request;

import dev.waybill.api.MessageStream.Sent;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.core.branch.BranchEvents;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.JoinedBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Sender;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.core.branch.StreamState;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.branch.StreamWindows;
import dev.waybill.core.branch.Streams;
import dev.waybill.core.branch.XaBranch;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.LeasedMessage;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.StoreOptions.SchemaMode;
import dev.waybill.core.store.StoreOptions.Source;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A node whose application sends in streams, with one transaction at a time, and consumes. */
final class StreamingNode implements AutoCloseable {

  private static final AtomicInteger BRANCHES = new AtomicInteger();

  final String name;
  final EnlistingDataSource application;
  final FaultyDataSource own;
  final QueueStore store;
  final XaBranches xa;
  final StreamWindows windows;
  final AtomicInteger looks = new AtomicInteger();
  final AtomicInteger counts = new AtomicInteger();
  boolean releasing = true;
  private final Callers callers = new Callers();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
  private final CurrentBranch joining;
  private final CurrentBranch branching;
  private final Sender sender;
  private final StreamStore streams;
  private final LocalBranch local;
  private final UUID term;
  private XaBranch branch;

  StreamingNode(String name, String url, SettableClock clock) {
    this.name = name;
    application = new EnlistingDataSource(url);
    own = new FaultyDataSource(url);
    store =
        QueueStores.open(
            TestStore.options(
                new Source.Joined(application, "jdbc/app", Optional.of(own), true),
                SchemaMode.MIGRATE,
                clock,
                true,
                name,
                "i-" + UUID.randomUUID()));
    streams = new Watched(store.streams());
    windows =
        new StreamWindows(
            () -> {
              looks.incrementAndGet();
              return streams;
            },
            new Threads());
    BranchEvents events = new Events();
    local = new LocalBranch(store.branches(), events);
    xa = new XaBranches(store::branches, callers, events, new Threads());
    joining =
        new CurrentBranch(
            callers, local, Optional.of(new JoinedBranch(store.branches(), callers, events)), xa);
    branching = new CurrentBranch(callers, local, Optional.empty(), xa);
    sender =
        new Sender(
            new MessageEncoder(Limits.DEFAULT, clock, new Random(), new BodyCodec(JavaBodies.OFF)),
            store.queues(),
            branching);
    store.queues().require(ORDERS);
    term = store.leases().openTerm(name + "/bean", clock.now().plus(Duration.ofDays(1)));
  }

  // ---- a producer

  StreamSender open(Path path, String producerId, int maxOutstanding) {
    CurrentBranch current = path == Path.JOINED ? joining : branching;
    return new Streams(sender, current, streams, windows).open(producerId, maxOutstanding);
  }

  static OutgoingMessage order(String text) {
    return OutgoingMessage.to(ORDERS.toString()).text(text).build();
  }

  Sent send(StreamSender stream, String text) {
    return send(stream, OptionalLong.empty(), text, Duration.ZERO);
  }

  Sent send(StreamSender stream, String text, Duration wait) {
    return send(stream, OptionalLong.empty(), text, wait);
  }

  Sent send(StreamSender stream, OptionalLong sequence, String text, Duration wait) {
    return stream.send(sequence, order(text), wait, this::enlist);
  }

  private XaBranch enlist() {
    return branch;
  }

  void begin(Path path) throws SQLException, XAException {
    if (path == Path.JOINED) {
      application.begin();
    }
    callers.key = path == Path.LOCAL ? null : new Object();
    callers.rollbackOnly = false;
    if (path == Path.ONE_PHASE || path == Path.TWO_PHASE) {
      String global =
          HexFormat.of()
              .formatHex(("" + BRANCHES.incrementAndGet()).getBytes(StandardCharsets.UTF_8));
      branch = xa.start(new BranchId(0x57, global, "0b").toXid(), XAResource.TMNOFLAGS);
    }
  }

  /** Another transaction, or none, takes the place of the caller's. */
  void resume(Object transaction) {
    callers.key = transaction;
  }

  /** The caller has no transaction for a time. */
  Object suspend() {
    Object key = callers.key;
    callers.key = null;
    return key;
  }

  boolean isRollbackOnly() {
    return callers.rollbackOnly;
  }

  void commit(Path path) throws SQLException, XAException {
    switch (path) {
      case LOCAL -> {}
      case JOINED -> application.commit();
      case ONE_PHASE -> xa.commit(end(), true);
      case TWO_PHASE -> {
        Xid xid = end();
        if (xa.prepare(xid) == XAResource.XA_OK) {
          xa.commit(xid, false);
        }
      }
    }
    callers.complete(true);
  }

  /** Ends and prepares; the transaction is still to be decided. */
  Xid prepare() throws XAException {
    Xid xid = end();
    xa.prepare(xid);
    return xid;
  }

  /** The transaction manager is done with the transaction, whatever it thinks of it. */
  void complete(boolean committed) {
    callers.complete(committed);
  }

  private Xid end() throws XAException {
    Xid xid = branch.id().toXid();
    xa.end(xid, XAResource.TMSUCCESS);
    return xid;
  }

  BranchId branch() {
    return branch.id();
  }

  void rollback(Path path) throws SQLException, XAException {
    switch (path) {
      case LOCAL -> {}
      case JOINED -> application.rollback();
      case ONE_PHASE -> xa.rollback(end());
      case TWO_PHASE -> xa.rollback(prepare());
    }
    callers.complete(false);
  }

  // ---- a consumer

  List<LeasedMessage> claim(int count, RetryPolicy policy, QueueName queue) {
    store.upkeep().lineUp(100);
    return store.leases().claim(request(term, count, policy, queue));
  }

  List<LeasedMessage> claim(int count) {
    return claim(count, RetryPolicy.DEFAULT, ORDERS);
  }

  void settle(Operation settlement) {
    local.add(List.of(settlement));
  }

  /** Handles so many messages; their sequences. */
  List<Long> handle(int count) {
    List<Long> handled = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LeasedMessage message = claim(1).get(0);
      handled.add(message.message().sequence());
      settle(new Operation.Complete(message.lease()));
    }
    return handled;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    store.close();
  }

  /** Tells looks that count. */
  private final class Watched implements StreamStore {

    private final StreamStore watched;

    Watched(StreamStore watched) {
      this.watched = watched;
    }

    @Override
    public StreamState takeOver(String producerId) {
      return watched.takeOver(producerId);
    }

    @Override
    public Map<String, StreamState> look(Collection<String> producerIds, boolean counting) {
      if (counting) {
        counts.incrementAndGet();
      }
      return watched.look(producerIds, counting);
    }
  }

  private final class Events implements BranchEvents {
    @Override
    public void visible(Set<QueueName> queues) {}

    @Override
    public void keysChanged() {
      windows.soon();
    }

    @Override
    public void releasable(BranchId id) {
      if (releasing) {
        store.branches().release(id);
        windows.soon();
      }
    }
  }

  private final class Threads implements TaskScheduler {
    @Override
    public boolean execute(String task, Runnable run) {
      try {
        threads.execute(run);
        return true;
      } catch (RejectedExecutionException e) {
        return false;
      }
    }

    @Override
    public Cancellable after(Duration delay, String task, Runnable run) {
      try {
        var scheduled = threads.schedule(run, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
      } catch (RejectedExecutionException e) {
        return () -> {};
      }
    }
  }
}
