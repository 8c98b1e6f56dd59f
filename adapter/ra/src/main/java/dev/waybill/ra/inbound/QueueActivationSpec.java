package dev.waybill.ra.inbound;

import dev.waybill.ra.config.ActivationConfiguration;
import dev.waybill.ra.config.Problem;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import java.beans.IntrospectionException;
import java.beans.PropertyDescriptor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a message-driven bean configures (Jakarta Connectors 2.1, chapter 13.4.2). Every property is
 * text here; {@link ActivationConfiguration} says what it means. Validation finds all problems at
 * once; containers need not ask for it, so the activation checks again.
 */
public class QueueActivationSpec implements ActivationSpec, Serializable {

  private static final long serialVersionUID = 1L;

  private final Map<String, String> texts = new LinkedHashMap<>();
  private transient ResourceAdapter resourceAdapter;

  /** The configured texts by property name; absent where nothing was configured. */
  public Map<String, String> texts() {
    synchronized (texts) {
      return Map.copyOf(texts);
    }
  }

  private String text(String property) {
    synchronized (texts) {
      return texts.get(property);
    }
  }

  private void text(String property, String value) {
    synchronized (texts) {
      if (value == null) {
        texts.remove(property);
      } else {
        texts.put(property, value);
      }
    }
  }

  @Override
  public void validate() throws InvalidPropertyException {
    List<Problem> problems = ActivationConfiguration.problems(texts());
    if (problems.isEmpty()) {
      return;
    }
    InvalidPropertyException invalid = new InvalidPropertyException(Problem.line(problems));
    List<PropertyDescriptor> descriptors = new ArrayList<>();
    for (Problem problem : problems) {
      try {
        descriptors.add(new PropertyDescriptor(problem.property(), QueueActivationSpec.class));
      } catch (IntrospectionException e) {
        invalid.addSuppressed(e);
      }
    }
    invalid.setInvalidPropertyDescriptors(descriptors.toArray(PropertyDescriptor[]::new));
    throw invalid;
  }

  @Override
  public ResourceAdapter getResourceAdapter() {
    return resourceAdapter;
  }

  @Override
  public void setResourceAdapter(ResourceAdapter adapter) {
    resourceAdapter = adapter;
  }

  /** See {@code queue} in the configuration reference: the queue or queues the bean consumes. */
  public String getQueue() {
    return text("queue");
  }

  /** See {@link #getQueue}. */
  public void setQueue(String queue) {
    text("queue", queue);
  }

  /** See {@code group} in the configuration reference: the consumer group. */
  public String getGroup() {
    return text("group");
  }

  /** See {@link #getGroup}. */
  public void setGroup(String group) {
    text("group", group);
  }

  /**
   * See {@code maxConcurrency} in the configuration reference: how many deliveries run at a time.
   */
  public String getMaxConcurrency() {
    return text("maxConcurrency");
  }

  /** See {@link #getMaxConcurrency}. */
  public void setMaxConcurrency(String maxConcurrency) {
    text("maxConcurrency", maxConcurrency);
  }

  /** See {@code prefetch} in the configuration reference: how many messages are leased ahead. */
  public String getPrefetch() {
    return text("prefetch");
  }

  /** See {@link #getPrefetch}. */
  public void setPrefetch(String prefetch) {
    text("prefetch", prefetch);
  }

  /** See {@code batchSize} in the configuration reference: the most messages of a batch. */
  public String getBatchSize() {
    return text("batchSize");
  }

  /** See {@link #getBatchSize}. */
  public void setBatchSize(String batchSize) {
    text("batchSize", batchSize);
  }

  /** See {@code batchWait} in the configuration reference: how long a batch may take to fill. */
  public String getBatchWait() {
    return text("batchWait");
  }

  /** See {@link #getBatchWait}. */
  public void setBatchWait(String batchWait) {
    text("batchWait", batchWait);
  }

  /**
   * See {@code acknowledge} in the configuration reference: what becomes of a message that nothing
   * was decided about.
   */
  public String getAcknowledge() {
    return text("acknowledge");
  }

  /** See {@link #getAcknowledge}. */
  public void setAcknowledge(String acknowledge) {
    text("acknowledge", acknowledge);
  }

  /** See {@code leaseDuration} in the configuration reference: how long a message is leased. */
  public String getLeaseDuration() {
    return text("leaseDuration");
  }

  /** See {@link #getLeaseDuration}. */
  public void setLeaseDuration(String leaseDuration) {
    text("leaseDuration", leaseDuration);
  }

  /**
   * See {@code leaseRenewal} in the configuration reference: whether leases are renewed while the
   * listener runs.
   */
  public String getLeaseRenewal() {
    return text("leaseRenewal");
  }

  /** See {@link #getLeaseRenewal}. */
  public void setLeaseRenewal(String leaseRenewal) {
    text("leaseRenewal", leaseRenewal);
  }

  /** See {@code maxLease} in the configuration reference: how long a lease is renewed at most. */
  public String getMaxLease() {
    return text("maxLease");
  }

  /** See {@link #getMaxLease}. */
  public void setMaxLease(String maxLease) {
    text("maxLease", maxLease);
  }

  /** See {@code retrySchedule} in the configuration reference: the delays between attempts. */
  public String getRetrySchedule() {
    return text("retrySchedule");
  }

  /** See {@link #getRetrySchedule}. */
  public void setRetrySchedule(String retrySchedule) {
    text("retrySchedule", retrySchedule);
  }

  /** See {@code maxAttempts} in the configuration reference: how many attempts a message has. */
  public String getMaxAttempts() {
    return text("maxAttempts");
  }

  /** See {@link #getMaxAttempts}. */
  public void setMaxAttempts(String maxAttempts) {
    text("maxAttempts", maxAttempts);
  }

  /** See {@code deadLetterQueue} in the configuration reference: where given up messages go. */
  public String getDeadLetterQueue() {
    return text("deadLetterQueue");
  }

  /** See {@link #getDeadLetterQueue}. */
  public void setDeadLetterQueue(String deadLetterQueue) {
    text("deadLetterQueue", deadLetterQueue);
  }

  /**
   * See {@code slowWarning} in the configuration reference: after how long a running delivery is
   * warned about.
   */
  public String getSlowWarning() {
    return text("slowWarning");
  }

  /** See {@link #getSlowWarning}. */
  public void setSlowWarning(String slowWarning) {
    text("slowWarning", slowWarning);
  }

  /**
   * See {@code breaker} in the configuration reference: whether the activation slows down while all
   * its deliveries fail.
   */
  public String getBreaker() {
    return text("breaker");
  }

  /** See {@link #getBreaker}. */
  public void setBreaker(String breaker) {
    text("breaker", breaker);
  }

  /**
   * See {@code payloadType} in the configuration reference: what a payload listener gets for JSON.
   */
  public String getPayloadType() {
    return text("payloadType");
  }

  /** See {@link #getPayloadType}. */
  public void setPayloadType(String payloadType) {
    text("payloadType", payloadType);
  }
}
