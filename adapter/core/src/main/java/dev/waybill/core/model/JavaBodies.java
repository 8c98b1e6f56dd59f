package dev.waybill.core.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;

/**
 * Objects in Java's serialisation, written and read only if every class in them is on a list. An
 * empty list allows none. Strings, primitives, arrays of both, and the wrappers of primitives need
 * no entry.
 *
 * @param allowed names of classes, of packages followed by {@code .*}, or by {@code .**} for their
 *     subpackages too
 */
public record JavaBodies(List<String> allowed) {

  /** No object may be sent or read. */
  public static final JavaBodies OFF = new JavaBodies(List.of());

  private static final int DEEPEST = 500;

  /** What the wrappers and the collections of the JDK bring along; harmless by themselves. */
  private static final Set<String> ALWAYS =
      Set.of(
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Character",
          "java.lang.Double",
          "java.lang.Enum",
          "java.lang.Float",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Number",
          "java.lang.Object",
          "java.lang.Short",
          "java.lang.String",
          "java.util.Map$Entry");

  /** Keeps the list as it is. */
  public JavaBodies {
    allowed = List.copyOf(allowed);
  }

  /** A class that is not on the list, while an object is read or written. */
  static final class NotAllowedException extends IOException {
    private static final long serialVersionUID = 1L;

    NotAllowedException(String className) {
      super("class " + className + " is not allowed");
    }
  }

  /**
   * Writes an object.
   *
   * @throws IOException if it holds something that is not allowed, or not serialisable
   */
  byte[] write(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CheckedOutput out = new CheckedOutput(bytes);
    try (out) {
      out.writeObject(object);
    } catch (IOException e) {
      throw out.refused == null ? e : new NotAllowedException(out.refused);
    } catch (StackOverflowError e) {
      NotSerializableException deep = new NotSerializableException("nested too deeply");
      deep.initCause(e);
      throw deep;
    }
    return bytes.toByteArray();
  }

  /**
   * Reads an object.
   *
   * @param bytes what {@link #write} wrote, or what somebody else did
   * @param loader where its classes are
   * @throws IOException if it holds something that is not allowed, or is not such an object
   * @throws ClassNotFoundException if the loader does not know a class
   */
  Object read(byte[] bytes, ClassLoader loader) throws IOException, ClassNotFoundException {
    Filter filter = new Filter(bytes.length);
    try (ObjectInputStream in = new LoadingInput(new ByteArrayInputStream(bytes), filter, loader)) {
      return in.readObject();
    } catch (IOException | RuntimeException e) {
      if (filter.refused != null) {
        throw new NotAllowedException(filter.refused);
      }
      throw e;
    }
  }

  private boolean allows(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    if (element.isPrimitive() || ALWAYS.contains(element.getName())) {
      return true;
    }
    String name = element.getName();
    return allowed.stream().anyMatch(entry -> matches(entry, name));
  }

  private static boolean matches(String entry, String name) {
    if (entry.endsWith(".**")) {
      return name.startsWith(entry.substring(0, entry.length() - 2));
    }
    if (entry.endsWith(".*")) {
      String prefix = entry.substring(0, entry.length() - 1);
      return name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0;
    }
    return entry.equals(name);
  }

  /** What cannot be read is not written: its sender is the one who can do something about it. */
  private final class CheckedOutput extends ObjectOutputStream {

    /** The first: what refuses it is written, too, and refused in its turn. */
    private String refused;

    CheckedOutput(OutputStream out) throws IOException {
      super(out);
    }

    @Override
    protected void annotateClass(Class<?> type) throws IOException {
      check(type);
    }

    @Override
    protected void annotateProxyClass(Class<?> type) throws IOException {
      check(type);
    }

    private void check(Class<?> type) throws IOException {
      if (!allows(type)) {
        refused = refused == null ? type.getName() : refused;
        throw new NotAllowedException(refused);
      }
    }
  }

  /** Refuses classes that are not allowed, and sizes that the bytes cannot hold. */
  private final class Filter implements ObjectInputFilter {

    private final int bytes;
    private String refused;

    Filter(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public Status checkInput(FilterInfo info) {
      Class<?> type = info.serialClass();
      if (type != null && !allows(type)) {
        refused = type.getName();
        return Status.REJECTED;
      }
      // A hash table is asked for with up to four times the room that its entries need.
      boolean tooLarge = info.arrayLength() > 4L * bytes + 16;
      return tooLarge || info.depth() > DEEPEST ? Status.REJECTED : Status.ALLOWED;
    }
  }

  private static final class LoadingInput extends ObjectInputStream {

    private final ClassLoader loader;

    LoadingInput(InputStream in, ObjectInputFilter filter, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
      setObjectInputFilter(filter);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        // Names of primitive types are known there.
        return super.resolveClass(description);
      }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new NotAllowedException("java.lang.reflect.Proxy");
    }
  }
}
