package dev.waybill.ra.inbound;

import dev.waybill.api.QueueBatchListener;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueuePayloadListener;
import jakarta.ejb.MessageDriven;
import java.util.Arrays;
import java.util.Optional;

/** The message listener interfaces of the adapter (Jakarta Connectors 2.1, chapter 13.4.3). */
enum ListenerType {
  MESSAGE(QueueListener.class),
  PAYLOAD(QueuePayloadListener.class),
  BATCH(QueueBatchListener.class);

  private final Class<?> listenerInterface;

  ListenerType(Class<?> listenerInterface) {
    this.listenerInterface = listenerInterface;
  }

  /**
   * Which listener a bean is: the one its annotation names, else the first that its class
   * implements; empty if it is none of ours.
   */
  static Optional<ListenerType> of(Class<?> endpointClass) {
    MessageDriven annotation = endpointClass.getAnnotation(MessageDriven.class);
    if (annotation != null) {
      Optional<ListenerType> named =
          Arrays.stream(values())
              .filter(type -> type.listenerInterface == annotation.messageListenerInterface())
              .findFirst();
      if (named.isPresent()) {
        return named;
      }
    }
    return Arrays.stream(values())
        .filter(type -> type.listenerInterface.isAssignableFrom(endpointClass))
        .findFirst();
  }
}
