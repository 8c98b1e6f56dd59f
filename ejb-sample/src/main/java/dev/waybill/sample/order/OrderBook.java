package dev.waybill.sample.order;

import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks orders up. */
@Stateless
public class OrderBook {

  @PersistenceContext private EntityManager entities;

  /** One order, if there is one of that number. */
  public Optional<Order> find(long id) {
    return Optional.ofNullable(entities.find(Order.class, id));
  }

  /**
   * The order a message is about.
   *
   * @throws IllegalStateException if there is no such order: the message and the row were one
   *     transaction, so the databases no longer belong together
   */
  public Order of(OrderReference reference) {
    return find(reference.orderId())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Order "
                        + reference.orderId()
                        + " has a message but no row in jdbc/orders. Was one of the two databases"
                        + " replaced?"));
  }

  /** One page of orders, newest first. */
  public OrderPage page(PageRequest request) {
    String where = request.status().isPresent() ? " where o.status = :status" : "";
    TypedQuery<Order> orders =
        entities.createQuery("select o from Order o" + where + " order by o.id desc", Order.class);
    TypedQuery<Long> total =
        entities.createQuery("select count(o) from Order o" + where, Long.class);
    request
        .status()
        .ifPresent(
            status -> {
              orders.setParameter("status", status);
              total.setParameter("status", status);
            });
    return new OrderPage(
        orders.setFirstResult(request.offset()).setMaxResults(request.size()).getResultList(),
        total.getSingleResult());
  }

  /** How many orders stand where; every status is there, with 0 where there is none. */
  public Map<OrderStatus, Long> summary() {
    Map<OrderStatus, Long> counts = new EnumMap<>(OrderStatus.class);
    for (OrderStatus status : OrderStatus.values()) {
      counts.put(status, 0L);
    }
    List<Object[]> rows =
        entities
            .createQuery("select o.status, count(o) from Order o group by o.status", Object[].class)
            .getResultList();
    rows.forEach(row -> counts.put((OrderStatus) row[0], (Long) row[1]));
    return counts;
  }
}
