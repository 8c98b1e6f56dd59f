package dev.waybill.testkit.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the parts of one container hang on. Once it is cut, as by a crash of the server, nothing any
 * thread of the container does has an effect on the outside any more.
 */
public final class Lifeline {

  private final List<Runnable> onCut = new CopyOnWriteArrayList<>();
  private volatile boolean cut;

  /** A container that lives. */
  public Lifeline() {}

  /** Whether the container has crashed. */
  public boolean isCut() {
    return cut;
  }

  /**
   * Runs something when the container crashes.
   *
   * @param action releases what a dead process would no longer hold
   */
  public void onCut(Runnable action) {
    onCut.add(action);
  }

  /** Crashes the container. Cutting it again does nothing. */
  public void cut() {
    synchronized (this) {
      if (cut) {
        return;
      }
      cut = true;
    }
    onCut.forEach(Runnable::run);
  }
}
