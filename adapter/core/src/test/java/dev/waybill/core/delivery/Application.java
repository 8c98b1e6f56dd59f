package dev.waybill.core.delivery;

import dev.waybill.core.branch.BranchEvents;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.BranchStore;
import dev.waybill.core.branch.CurrentBranch;
import dev.waybill.core.branch.LocalBranch;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Sender;
import dev.waybill.core.branch.StreamSender;
import dev.waybill.core.branch.StreamWindows;
import dev.waybill.core.branch.Streams;
import dev.waybill.core.branch.TransactionContext;
import dev.waybill.core.branch.XaBranches;
import dev.waybill.core.model.BodyCodec;
import dev.waybill.core.model.JavaBodies;
import dev.waybill.core.model.Limits;
import dev.waybill.core.model.MessageEncoder;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.QueueStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Sends without a transaction, as the producers of an adapter do, and says what was committed. */
final class Application {

  private static final BodyCodec BODIES = new BodyCodec(JavaBodies.OFF);

  private final QueueStore store;
  private final List<Operation> committed = new ArrayList<>();
  private final LocalBranch local;
  private final Streams streams;

  /** The application on one opened store. */
  Application(QueueStore store) {
    this.store = store;
    BranchStore branches = recording();
    BranchEvents nobody = new Nobody();
    TransactionContext none = new NoTransaction();
    local = new LocalBranch(branches, nobody);
    CurrentBranch current =
        new CurrentBranch(
            none,
            local,
            Optional.empty(),
            new XaBranches(() -> branches, none, nobody, new Never()));
    MessageEncoder encoder =
        new MessageEncoder(Limits.DEFAULT, store.clock(), new Random(), BODIES);
    streams =
        new Streams(
            new Sender(encoder, store.queues(), current),
            current,
            store.streams(),
            new StreamWindows(store::streams, new Never()));
  }

  private BranchStore recording() {
    return (BranchStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BranchStore.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(store.branches(), arguments);
                if (method.getName().equals("commitLocal")) {
                  ((List<?>) arguments[0]).forEach(each -> committed.add((Operation) each));
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Whether its store is still the open one. */
  boolean isOn(QueueStore open) {
    return store == open;
  }

  List<UUID> send(List<NewMessage> messages) {
    return local.send(messages);
  }

  StreamSender open(String producerId, int maxOutstanding) {
    return streams.open(producerId, maxOutstanding);
  }

  /** What was committed since this was asked last. */
  List<Operation> committed() {
    List<Operation> news = List.copyOf(committed);
    committed.clear();
    return news;
  }

  private static final class NoTransaction implements TransactionContext {
    @Override
    public Status status() {
      return Status.NONE;
    }

    @Override
    public Object key() {
      return null;
    }

    @Override
    public void setRollbackOnly() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean rollBack() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void afterCompletion(Consumer<Boolean> callback) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Nobody implements BranchEvents {
    @Override
    public void visible(Set<QueueName> queues) {}

    @Override
    public void keysChanged() {}

    @Override
    public void releasable(BranchId id) {}
  }

  /** Who waits here does so in vain. */
  private static final class Never implements TaskScheduler {
    @Override
    public boolean execute(String name, Runnable task) {
      return false;
    }

    @Override
    public Cancellable after(Duration delay, String name, Runnable task) {
      return () -> {};
    }
  }
}
