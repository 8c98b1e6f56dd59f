package dev.waybill.ra.inbound;

import dev.waybill.core.model.DurationText;
import dev.waybill.core.model.QueueName;
import dev.waybill.ra.OpenAdapter;
import dev.waybill.ra.RaLog;
import dev.waybill.ra.config.ActivationConfiguration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** What an activation says in the log: how it is configured, once, and why it cannot deliver. */
final class ActivationAnnouncement {

  private final String bean;
  private final ActivationConfiguration configuration;
  private final boolean batches;
  private final boolean transacted;
  private final AtomicBoolean said = new AtomicBoolean();
  private final AtomicReference<String> refusal = new AtomicReference<>();

  ActivationAnnouncement(
      String bean, ActivationConfiguration configuration, boolean batches, boolean transacted) {
    this.bean = Objects.requireNonNull(bean, "bean");
    this.configuration = Objects.requireNonNull(configuration, "configuration");
    this.batches = batches;
    this.transacted = transacted;
  }

  String bean() {
    return bean;
  }

  /** The activation's one line, when it first asks for an endpoint: its path is known then. */
  void ready(OpenAdapter adapter) {
    if (said.compareAndSet(false, true)) {
      RaLog.activationReady(
          bean,
          describe(),
          transacted
              ? adapter.path()
              : "local path (its listener method is not transacted: at least once)");
    }
  }

  /** Why no listener is reached; said again only when the reason changes. */
  void notStarted(String reason) {
    if (!reason.equals(refusal.getAndSet(reason))) {
      RaLog.deliveryRefused(bean, reason);
    }
  }

  /** A listener was reached. */
  void started() {
    refusal.set(null);
  }

  /** The effective configuration, by the names of the properties. */
  private String describe() {
    ActivationConfiguration c = configuration;
    return "queue="
        + c.queues().stream().map(QueueName::toString).collect(Collectors.joining(","))
        + " group="
        + c.group()
        + " maxConcurrency="
        + c.maxConcurrency()
        + (batches
            ? " batchSize="
                + c.batching().size()
                + " batchWait="
                + DurationText.format(c.batching().longestWait())
            : " prefetch=" + c.prefetch())
        + " acknowledge="
        + c.acknowledge(batches)
        + " leaseDuration="
        + DurationText.format(c.leaseDuration())
        + " leaseRenewal="
        + c.leaseRenewal()
        + c.maxLease().map(limit -> " maxLease=" + DurationText.format(limit)).orElse("")
        + (c.breaker() ? "" : " breaker=off")
        + " slowWarning="
        + DurationText.format(c.slowWarning())
        + " retry: "
        + c.policy().encode().replace(';', ' ')
        + c.payloadType().map(name -> " payloadType=" + name).orElse("");
  }
}
