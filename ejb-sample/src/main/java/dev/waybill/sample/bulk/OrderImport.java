package dev.waybill.sample.bulk;

import dev.waybill.sample.order.NewOrder;
import dev.waybill.sample.order.OrderDesk;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Imports the bundled orders on a thread of the server, one transaction for each chunk, one import
 * at a time. The progress is kept in memory: after a restart the chunks that were placed are there,
 * the import itself is forgotten.
 */
@ApplicationScoped
public class OrderImport {

  private static final Logger LOG = Logger.getLogger(OrderImport.class.getName());
  private static final int CHUNK_ORDERS = 50;

  private final AtomicReference<ImportProgress> progress =
      new AtomicReference<>(ImportProgress.none());

  @Resource private ManagedExecutorService executor;

  @EJB private OrderDesk desk;

  @Inject private Clock clock;

  /**
   * Starts an import.
   *
   * @return its progress; empty when one is running already
   */
  public Optional<ImportProgress> start() {
    ImportProgress before = progress.get();
    ImportProgress started = ImportProgress.started(clock.instant());
    if (before.running() || !progress.compareAndSet(before, started)) {
      return Optional.empty();
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      progress.set(before);
      throw e;
    }
    return Optional.of(started);
  }

  /** How far the running or the last import is. */
  public ImportProgress progress() {
    return progress.get();
  }

  private void run() {
    try {
      List<NewOrder> orders = OrderFile.bundled();
      progress.updateAndGet(p -> p.of(orders.size()));
      for (int from = 0; from < orders.size(); from += CHUNK_ORDERS) {
        List<NewOrder> chunk = orders.subList(from, Math.min(from + CHUNK_ORDERS, orders.size()));
        desk.placeAll(chunk);
        progress.updateAndGet(p -> p.plus(chunk.size()));
      }
      progress.updateAndGet(p -> p.finished(clock.instant()));
    } catch (RuntimeException e) {
      ImportProgress failed =
          progress.updateAndGet(
              p -> p.failed("Stopped after " + p.placed() + " orders: " + e, clock.instant()));
      LOG.log(Level.WARNING, failed.error() + ". Import again when the cause is gone.", e);
    }
  }
}
