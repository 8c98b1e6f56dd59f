package dev.waybill.sample.http;

import dev.waybill.sample.quote.QuoteAnswer;
import dev.waybill.sample.quote.QuoteDesk;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Answers what an order would cost. */
@Path("")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class QuoteResource {

  @Inject private QuoteDesk desk;

  /** Asks for a quote; the request is written as that for an order. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public QuoteAnswer ask(String json) {
    return desk.ask(OrderJson.read(json));
  }
}
