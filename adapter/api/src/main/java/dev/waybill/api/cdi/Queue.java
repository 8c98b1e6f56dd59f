package dev.waybill.api.cdi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Injects a {@link dev.waybill.api.QueueProducer} or a {@link dev.waybill.api.QueueReceiver} of one
 * queue (Jakarta Contexts and Dependency Injection 4.0, chapter 2.3):
 *
 * <pre>{@code
 * @Inject @Queue("app:orders") QueueProducer orders;
 *
 * orders.send(OutgoingMessage.unaddressed().json(order).build());
 *
 * @Inject @Queue("app:orders") QueueReceiver receiver;
 *
 * receiver.receive(ReceiveRequest.of());
 * }</pre>
 *
 * <p>What names no queue is sent to this one, or received from it; a message or a request that
 * names another is refused as {@code INVALID}. In everything else it is the producer or receiver
 * that {@link #lookup} names, which has to exist: define it with
 * {@code @ConnectionFactoryDefinition}, or in the server. It is looked up when it is first used.
 */
@Documented
@jakarta.inject.Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface Queue {

  /** The queue, {@code namespace:name}, both parts {@code [A-Za-z0-9._-]{1,100}}. */
  String value();

  /**
   * The JNDI name of the producer or receiver; empty: {@code java:app/waybill/Producer} or {@code
   * java:app/waybill/Receiver}.
   */
  String lookup() default "";
}
