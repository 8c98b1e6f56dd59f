package dev.waybill.ra.work;

/**
 * Runs code with the adapter's class loader as context class loader. The container's threads carry
 * the loader of whatever caused them, an application's for example, and JPA and JNDI look there.
 */
public final class AdapterLoader {

  private AdapterLoader() {}

  /**
   * Runs code that may throw a checked exception.
   *
   * @param <T> its result
   * @param <X> what it throws
   */
  @FunctionalInterface
  public interface Body<T, X extends Exception> {

    /** Runs. */
    T call() throws X;
  }

  /** Runs a task under a loader and puts the old one back. */
  public static void run(ClassLoader loader, Runnable task) {
    call(
        loader,
        () -> {
          task.run();
          return null;
        });
  }

  /** Runs a body under a loader and puts the old one back. */
  public static <T, X extends Exception> T call(ClassLoader loader, Body<T, X> body) throws X {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return body.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
