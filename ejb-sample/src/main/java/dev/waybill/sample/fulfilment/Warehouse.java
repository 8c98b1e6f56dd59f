package dev.waybill.sample.fulfilment;

import dev.waybill.sample.order.Order;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Sets stock aside, gives it back and sends it out, in the caller's transaction. */
@Stateless
public class Warehouse {

  /** The stock did not cover the order, or did. */
  public enum Stock {
    RESERVED,
    SHORT
  }

  @PersistenceContext private EntityManager entities;

  @Inject private Clock clock;

  /** The catalogue, by number. */
  public List<Article> catalogue() {
    return entities
        .createQuery("select a from Article a order by a.code", Article.class)
        .getResultList();
  }

  /** One article, if it is in the catalogue. */
  public Optional<Article> article(String code) {
    return Optional.ofNullable(entities.find(Article.class, code));
  }

  /** Sets the stock aside if there is enough of it. */
  public Stock reserve(Order order) {
    int changed =
        entities
            .createQuery(
                "update Article a set a.stock = a.stock - :quantity"
                    + " where a.code = :code and a.stock >= :quantity")
            .setParameter("quantity", order.getQuantity())
            .setParameter("code", order.getArticle())
            .executeUpdate();
    if (changed == 0) {
      return Stock.SHORT;
    }
    entities.persist(new Reservation(order, clock.instant()));
    return Stock.RESERVED;
  }

  /** Sends the goods out. */
  public void ship(Order order) {
    entities.persist(new Shipment(order, clock.instant()));
  }

  /** Gives back what was set aside for an order that will not be shipped. */
  public void release(Order order) {
    List<Reservation> kept =
        entities
            .createQuery(
                "select r from Reservation r where r.orderId = :order and r.released = false",
                Reservation.class)
            .setParameter("order", order.getId())
            .getResultList();
    for (Reservation reservation : kept) {
      reservation.release();
      entities
          .createQuery("update Article a set a.stock = a.stock + :quantity where a.code = :code")
          .setParameter("quantity", reservation.getQuantity())
          .setParameter("code", reservation.getArticle())
          .executeUpdate();
    }
  }
}
