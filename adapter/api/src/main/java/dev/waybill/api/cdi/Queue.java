package dev.waybill.api.cdi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Injects a {@link dev.waybill.api.QueueProducer} of one queue (Jakarta Contexts and Dependency
 * Injection 4.0, chapter 2.3):
 *
 * <pre>{@code
 * @Inject @Queue("app:orders") QueueProducer orders;
 *
 * orders.send(OutgoingMessage.unaddressed().json(order).build());
 * }</pre>
 *
 * <p>It sends what names no queue, or this one, to this one, and refuses the rest as {@code
 * INVALID}. In everything else it is the producer that {@link #lookup} names, which has to exist:
 * define it with {@code @ConnectionFactoryDefinition}, or in the server. It is looked up when it is
 * first used.
 */
@Documented
@jakarta.inject.Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface Queue {

  /** The queue, {@code namespace:name}, both parts {@code [A-Za-z0-9._-]{1,100}}. */
  String value();

  /** The JNDI name of the producer. */
  String lookup() default "java:app/waybill/Producer";
}
