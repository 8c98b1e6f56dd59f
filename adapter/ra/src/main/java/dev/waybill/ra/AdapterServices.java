package dev.waybill.ra;

import dev.waybill.api.QueueException;
import dev.waybill.core.model.JavaBodies;
import javax.transaction.xa.XAResource;

/** What the producers and endpoints of an adapter need of it. */
public interface AdapterServices {

  /**
   * A new XAResource of this adapter; {@code isSameRM} is true exactly among those of one adapter.
   * Its recovery fails, rather than finding nothing, while the store is not open.
   *
   * @throws QueueException {@code UNAVAILABLE} if the adapter is not started
   */
  XAResource newXaResource();

  /**
   * The adapter with its store open.
   *
   * @throws QueueException {@code UNAVAILABLE} if the adapter is stopped or its store is not open
   */
  OpenAdapter open();

  /**
   * The objects that may be sent and read in Java's serialisation.
   *
   * @throws QueueException {@code UNAVAILABLE} if the adapter is not started
   */
  JavaBodies javaBodies();
}
