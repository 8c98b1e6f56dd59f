package dev.waybill.sample.order;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.cdi.Queue;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import java.time.Clock;
import java.util.List;

/**
 * Takes orders: the row and the message are one transaction, so there is never one without the
 * other. The customer is the ordering key: the orders of one customer are looked at one after the
 * other, as they were placed; those of different customers side by side.
 *
 * <p>The producer is defined here for a stand-alone {@code waybill.rar}. Inside an EAR that brings
 * the adapter its name is {@code #waybill}; {@code src/main/ear/web.xml} replaces it there.
 */
@Stateless
@ConnectionFactoryDefinition(
    name = OrderDesk.PRODUCER,
    interfaceName = "dev.waybill.api.QueueProducer",
    resourceAdapter = "waybill",
    transactionSupport = TransactionSupportLevel.XATransaction)
public class OrderDesk {

  /** The JNDI name of the producer. */
  public static final String PRODUCER = "java:app/waybill/Producer";

  /** The queue of placed orders. */
  public static final String ORDERS = "app:orders";

  @Inject
  @Queue(ORDERS)
  private QueueProducer producer;

  @PersistenceContext private EntityManager entities;

  @Inject private Clock clock;

  /**
   * Stores one order and enqueues it.
   *
   * @return the stored order, with its number
   */
  public Order place(NewOrder newOrder) {
    Order order = store(newOrder);
    producer.send(message(order));
    return order;
  }

  /**
   * Stores and enqueues all of the orders or none.
   *
   * @param newOrders 1 to 100, the limit of one batch
   */
  public void placeAll(List<NewOrder> newOrders) {
    producer.sendBatch(newOrders.stream().map(this::store).map(OrderDesk::message).toList());
  }

  private Order store(NewOrder newOrder) {
    Order order = new Order(newOrder, clock.instant());
    entities.persist(order);
    return order;
  }

  private static OutgoingMessage message(Order order) {
    return OutgoingMessage.unaddressed()
        .json(new OrderReference(order.getId()))
        .orderingKey(order.getCustomer())
        .build();
  }
}
