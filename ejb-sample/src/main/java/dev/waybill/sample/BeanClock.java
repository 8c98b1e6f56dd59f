package dev.waybill.sample;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;

/**
 * The time for message-driven beans. They get everything as resources and EJBs, nothing by CDI: on
 * Payara that disturbs the REST services of the same module (docs/payara-micro.md).
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
public class BeanClock {

  @Inject private Clock clock;

  /** Now. */
  public Instant instant() {
    return clock.instant();
  }
}
