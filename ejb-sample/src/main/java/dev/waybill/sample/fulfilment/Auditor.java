package dev.waybill.sample.fulfilment;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/** Counts what was done to the orders. */
@Stateless
public class Auditor {

  @PersistenceContext private EntityManager entities;

  /** The counts as they are now. */
  public Audit audit() {
    return new Audit(
        count("select count(o) from Order o"),
        count("select count(r) from Reservation r where r.released = false"),
        count("select count(s) from Shipment s"),
        count("select count(s) from Survey s"),
        count("select count(distinct s.askedAt) from Survey s"),
        count(
            "select count(o) from Order o where"
                + " (select count(r) from Reservation r where r.orderId = o.id) > 1"),
        count(
            "select count(o) from Order o where"
                + " (select count(s) from Shipment s where s.orderId = o.id) > 1"),
        count(
            "select count(o) from Order o where"
                + " (select count(s) from Survey s where s.orderId = o.id) > 1"),
        count(
            "select count(o) from Order o where o.status ="
                + " dev.waybill.sample.order.OrderStatus.SHIPPED"
                + " and not exists (select s from Shipment s where s.orderId = o.id)"),
        count(
            "select count(s) from Shipment s, Order o where s.orderId = o.id and o.status <>"
                + " dev.waybill.sample.order.OrderStatus.SHIPPED"),
        count(
            "select count(v) from Survey v where not exists"
                + " (select s from Shipment s where s.orderId = v.orderId)"));
  }

  private long count(String query) {
    return entities.createQuery(query, Long.class).getSingleResult();
  }
}
