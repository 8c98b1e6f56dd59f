package dev.waybill.core.delivery;

import dev.waybill.core.model.StoreClock;
import dev.waybill.core.model.TaskScheduler;
import dev.waybill.core.store.LeaseStore;

/**
 * What the parts of one activation share.
 *
 * @param consumer who takes leases, for people: node and bean
 */
record ActivationContext(
    ActivationSettings settings,
    String consumer,
    LeaseStore leases,
    StoreClock clock,
    TaskScheduler scheduler,
    WakeUps wakeUps,
    DeliveryLog log) {

  String bean() {
    return settings.name();
  }
}
