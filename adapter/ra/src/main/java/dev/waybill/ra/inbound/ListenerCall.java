package dev.waybill.ra.inbound;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueuePayloadListener;
import dev.waybill.core.delivery.DeliveredMessage;
import java.lang.reflect.Method;
import java.util.Objects;

/** How an endpoint's listener is called. */
sealed interface ListenerCall {

  /** The listener interface's method, as the container knows it. */
  Method method();

  /**
   * Calls the listener.
   *
   * @param endpoint the container's proxy
   * @param message the message
   * @throws Exception whatever the listener throws, or {@link
   *     dev.waybill.api.WrongBodyTypeException} if the body cannot be decoded for it
   */
  void call(Object endpoint, DeliveredMessage message) throws Exception;

  /** The message itself. */
  record WithMessage() implements ListenerCall {

    private static final Method METHOD = methodOf(QueueListener.class, "onMessage", Message.class);

    @Override
    public Method method() {
      return METHOD;
    }

    @Override
    public void call(Object endpoint, DeliveredMessage message) throws Exception {
      ((QueueListener) endpoint).onMessage(message);
    }
  }

  /**
   * The decoded body.
   *
   * @param objectType what JSON and Java bodies are read as
   */
  record WithPayload(Class<?> objectType) implements ListenerCall {

    private static final Method METHOD =
        methodOf(QueuePayloadListener.class, "onPayload", Object.class);

    /** Checks that no part is missing. */
    public WithPayload {
      Objects.requireNonNull(objectType, "objectType");
    }

    @Override
    public Method method() {
      return METHOD;
    }

    @Override
    public void call(Object endpoint, DeliveredMessage message) throws Exception {
      Object payload =
          switch (message.contentType()) {
            case TEXT -> message.text();
            case BYTES -> message.bytes();
            case JSON -> message.json(objectType);
            case JAVA -> message.java(objectType);
          };
      ((QueuePayloadListener) endpoint).onPayload(payload);
    }
  }

  private static Method methodOf(Class<?> listener, String name, Class<?> parameter) {
    try {
      return listener.getMethod(name, parameter);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(listener + " has no method " + name, e);
    }
  }
}
