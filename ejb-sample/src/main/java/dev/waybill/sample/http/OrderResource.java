package dev.waybill.sample.http;

import dev.waybill.sample.fulfilment.Article;
import dev.waybill.sample.fulfilment.Audit;
import dev.waybill.sample.fulfilment.Auditor;
import dev.waybill.sample.fulfilment.Warehouse;
import dev.waybill.sample.order.Order;
import dev.waybill.sample.order.OrderBook;
import dev.waybill.sample.order.OrderDesk;
import dev.waybill.sample.order.OrderStatus;
import dev.waybill.sample.order.PageRequest;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Places and shows orders. */
@Path("")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class OrderResource {

  /**
   * The answer to a new order.
   *
   * @param id its number
   * @param status where it stands
   */
  public record Placed(long id, OrderStatus status) {}

  @EJB private OrderDesk desk;

  @EJB private OrderBook book;

  @EJB private Warehouse warehouse;

  @EJB private Auditor auditor;

  @Context private UriInfo uri;

  /** Places an order. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response place(String json) {
    Order order = desk.place(OrderJson.read(json));
    URI location = uri.getBaseUriBuilder().path(Long.toString(order.getId())).build();
    return Response.created(location).entity(new Placed(order.getId(), order.getStatus())).build();
  }

  /** Shows one page of orders, newest first. */
  @GET
  public OrderList list(
      @QueryParam("page") String page,
      @QueryParam("size") String size,
      @QueryParam("status") String status) {
    PageRequest request = PageRequest.of(page, size, status);
    return OrderList.of(request, book.page(request));
  }

  /** Shows one order. */
  @GET
  @Path("{id: [0-9]{1,18}}")
  public OrderView show(@PathParam("id") long id) {
    return book.find(id)
        .map(OrderView::of)
        .orElseThrow(() -> new NotFoundException("There is no order " + id + "."));
  }

  /** Counts the orders by status. */
  @GET
  @Path("summary")
  public Map<OrderStatus, Long> summary() {
    return book.summary();
  }

  /** Shows what can be ordered, and how many of it are left. */
  @GET
  @Path("articles")
  public List<Article> articles() {
    return warehouse.catalogue();
  }

  /** Counts what was done to the orders. */
  @GET
  @Path("audit")
  public Audit audit() {
    return auditor.audit();
  }
}
