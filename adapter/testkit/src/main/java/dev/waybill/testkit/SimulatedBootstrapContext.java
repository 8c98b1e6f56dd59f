package dev.waybill.testkit;

import dev.waybill.testkit.transactions.SimulatedTransactions;
import dev.waybill.testkit.work.ContainerTimer;
import dev.waybill.testkit.work.ManualTimer;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a container gives an adapter at its start. */
final class SimulatedBootstrapContext implements BootstrapContext {

  private final WorkManager workManager;
  private final SimulatedTransactions transactions;
  private final ContractChecker checker;
  private final boolean manualTime;
  private final List<Timer> timers = new CopyOnWriteArrayList<>();

  SimulatedBootstrapContext(
      WorkManager workManager,
      SimulatedTransactions transactions,
      ContractChecker checker,
      boolean manualTime) {
    this.workManager = workManager;
    this.transactions = transactions;
    this.checker = checker;
    this.manualTime = manualTime;
  }

  @Override
  public WorkManager getWorkManager() {
    return workManager;
  }

  @Override
  public XATerminator getXATerminator() {
    throw new UnsupportedOperationException("Imported transactions are not simulated");
  }

  @Override
  public Timer createTimer() {
    Timer timer = manualTime ? new ManualTimer(checker) : new ContainerTimer(checker);
    timers.add(timer);
    return timer;
  }

  @Override
  public boolean isContextSupported(Class<? extends WorkContext> workContextClass) {
    return false;
  }

  @Override
  public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
    return transactions.registry();
  }

  int advanceTimers(Duration duration) {
    int ran = 0;
    for (Timer timer : timers) {
      ran += ((ManualTimer) timer).advance(duration);
    }
    return ran;
  }

  void cancelTimers() {
    for (Timer timer : timers) {
      if (timer instanceof ContainerTimer real) {
        real.kill();
      } else {
        timer.cancel();
      }
    }
  }

  void requireTimersCancelled() {
    for (Timer timer : timers) {
      boolean cancelled =
          timer instanceof ManualTimer manual
              ? manual.isCancelled()
              : ((ContainerTimer) timer).isCancelled();
      if (!cancelled) {
        checker.violation("A timer was not cancelled when the adapter stopped");
        timer.cancel();
      }
    }
  }
}
