package dev.waybill.api.cdi;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.util.function.Supplier;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Something of the application that is found by its JNDI name when it is first used.
 *
 * @param <T> what
 */
final class Named<T> implements Supplier<T> {

  private final Class<T> type;
  private final Queue queue;
  private final String name;
  private volatile T found;

  /**
   * Not found yet.
   *
   * @param otherwise its name where the annotation gives none
   */
  Named(Class<T> type, Queue queue, String otherwise) {
    this.type = type;
    this.queue = queue;
    this.name = queue.lookup().isEmpty() ? otherwise : queue.lookup();
  }

  @Override
  public T get() {
    T known = found;
    if (known == null) {
      known = find();
      found = known;
    }
    return known;
  }

  @SuppressWarnings("BanJNDI") // A name that the application wrote in its own annotation.
  private T find() {
    try {
      Object object = new InitialContext().lookup(name);
      if (type.isInstance(object)) {
        return type.cast(object);
      }
      throw new QueueException(
          Kind.INVALID,
          queue
              + ": \""
              + name
              + "\" is a "
              + (object == null ? null : object.getClass().getName())
              + ", not a "
              + type.getSimpleName()
              + ". Name one in lookup.");
    } catch (NamingException e) {
      throw new QueueException(
          Kind.INVALID,
          queue
              + ": no "
              + type.getSimpleName()
              + " is bound to \""
              + name
              + "\" ("
              + e
              + "). Define it under that name with @ConnectionFactoryDefinition or in the server, or"
              + " name another in lookup.",
          e);
    }
  }
}
