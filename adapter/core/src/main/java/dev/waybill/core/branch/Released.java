package dev.waybill.core.branch;

import dev.waybill.core.model.QueueName;
import java.util.Set;

/**
 * What the release of a branch made visible.
 *
 * @param queues those that received messages; empty if nothing was released
 * @param keyed whether some of the messages have ordering keys
 */
public record Released(Set<QueueName> queues, boolean keyed) {

  /** Nothing. */
  public static final Released NOTHING = new Released(Set.of(), false);
}
