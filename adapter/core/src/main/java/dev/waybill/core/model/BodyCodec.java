package dev.waybill.core.model;

import dev.waybill.api.ContentType;
import dev.waybill.api.QueueException;
import dev.waybill.api.WrongBodyTypeException;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Bodies to bytes and back. JSON is the server's Jakarta JSON Binding. One codec belongs to one
 * producer or activation: JSON-B remembers the classes it has seen, so it must not outlive their
 * application.
 */
public final class BodyCodec implements AutoCloseable {

  private final JavaBodies javaBodies;
  private final Object lock = new Object();
  private Jsonb jsonb;

  /**
   * A codec.
   *
   * @param javaBodies the objects that may be sent and read in Java's serialisation
   */
  public BodyCodec(JavaBodies javaBodies) {
    this.javaBodies = Objects.requireNonNull(javaBodies, "javaBodies");
  }

  /**
   * Encodes a body.
   *
   * @param type how
   * @param body a String, a byte array, or an object
   * @return the bytes
   * @throws QueueException {@code INVALID} if it cannot be written
   */
  public byte[] encode(ContentType type, Object body) {
    return switch (type) {
      case TEXT -> ((String) body).getBytes(StandardCharsets.UTF_8);
      case BYTES -> ((byte[]) body).clone();
      case JSON -> toJson(body).getBytes(StandardCharsets.UTF_8);
      case JAVA -> toBytes(body);
    };
  }

  private byte[] toBytes(Object body) {
    try {
      return javaBodies.write(body);
    } catch (IOException | RuntimeException e) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "A body of class "
              + body.getClass().getName()
              + " cannot be written as a Java object: "
              + why(e)
              + "."
              + listed(e)
              + " Or send json(…).",
          e);
    }
  }

  /** The name of our own exception says nothing to others. */
  private static String why(Throwable error) {
    return error instanceof JavaBodies.NotAllowedException ? error.getMessage() : error.toString();
  }

  private String listed(Exception error) {
    return error instanceof JavaBodies.NotAllowedException
        ? " Add that class to the adapter's property allowedJavaClasses, which is \""
            + String.join(",", javaBodies.allowed())
            + "\"."
        : "";
  }

  private String toJson(Object body) {
    try {
      return jsonb().toJson(body);
    } catch (RuntimeException e) {
      throw new QueueException(
          QueueException.Kind.INVALID,
          "A body of class "
              + body.getClass().getName()
              + " cannot be written as JSON: "
              + e.getMessage()
              + ". Send a class that Jakarta JSON Binding can write, or send text or bytes.",
          e);
    }
  }

  /**
   * The characters of a text or JSON body.
   *
   * @param message the message
   * @return its characters
   * @throws WrongBodyTypeException if the body is bytes, or not UTF-8
   */
  public String text(MessageData message) {
    if (message.contentType() == ContentType.BYTES || message.contentType() == ContentType.JAVA) {
      throw wrongType(message, "text");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.body())).toString();
    } catch (CharacterCodingException e) {
      throw new WrongBodyTypeException(
          describe(message)
              + " holds bytes that are not UTF-8, so it was not sent by"
              + " Waybill. Have its sender use text(…), or bytes(…).",
          e);
    }
  }

  /**
   * The object of a JSON body.
   *
   * @param message the message
   * @param type what to read it as
   * @param <T> the type
   * @return a new object
   * @throws WrongBodyTypeException if the body is not JSON, or not JSON of that type
   */
  public <T> T json(MessageData message, Class<T> type) {
    if (message.contentType() != ContentType.JSON) {
      throw wrongType(message, "JSON");
    }
    try {
      return jsonb().fromJson(text(message), type);
    } catch (WrongBodyTypeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new WrongBodyTypeException(
          describe(message)
              + " cannot be read as "
              + type.getName()
              + ": "
              + e.getMessage()
              + ". Read it as the type it was sent as, or as text().",
          e);
    }
  }

  /**
   * The bytes of a bytes body.
   *
   * @param message the message
   * @return a copy
   * @throws WrongBodyTypeException if the body is not bytes
   */
  public byte[] bytes(MessageData message) {
    if (message.contentType() != ContentType.BYTES) {
      throw wrongType(message, "bytes");
    }
    return message.body().clone();
  }

  /**
   * The object of a Java body.
   *
   * @param message the message
   * @param type what to read it as
   * @param <T> the type
   * @return a new object
   * @throws WrongBodyTypeException if the body is not a Java object, not of that type, or holds a
   *     class that is not allowed
   */
  public <T> T java(MessageData message, Class<T> type) {
    if (message.contentType() != ContentType.JAVA) {
      throw wrongType(message, "a Java object");
    }
    try {
      ClassLoader own = type.getClassLoader();
      ClassLoader loader = own == null ? Thread.currentThread().getContextClassLoader() : own;
      return type.cast(javaBodies.read(message.body(), loader));
    } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
      String advice = e instanceof Exception error ? listed(error) : "";
      throw new WrongBodyTypeException(
          describe(message) + " cannot be read as " + type.getName() + ": " + why(e) + "." + advice,
          e);
    }
  }

  private static WrongBodyTypeException wrongType(MessageData message, String asked) {
    String instead =
        switch (message.contentType()) {
          case TEXT -> "text()";
          case JSON -> "json(Class)";
          case BYTES -> "bytes()";
          case JAVA -> "java(Class)";
        };
    return new WrongBodyTypeException(
        describe(message) + " was read as " + asked + ". Read it with " + instead + ".", null);
  }

  private static String describe(MessageData message) {
    return "The "
        + message.contentType().name().toLowerCase(java.util.Locale.ROOT)
        + " body of message "
        + message.id()
        + " (queue "
        + message.queue()
        + ")";
  }

  /** An object as JSON; throws what JSON-B throws. */
  String write(Object value) {
    return jsonb().toJson(value);
  }

  /** JSON as an object; throws what JSON-B throws. */
  <T> T read(String json, Class<T> type) {
    return jsonb().fromJson(json, type);
  }

  private Jsonb jsonb() {
    synchronized (lock) {
      if (jsonb == null) {
        jsonb = JsonbBuilder.create();
      }
      return jsonb;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (jsonb != null) {
        try {
          jsonb.close();
        } catch (Exception e) {
          throw new IllegalStateException("JSON-B cannot be closed", e);
        } finally {
          jsonb = null;
        }
      }
    }
  }
}
