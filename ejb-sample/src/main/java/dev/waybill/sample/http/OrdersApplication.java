package dev.waybill.sample.http;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Orders over HTTP: {@code /orders} and below; the page at {@code /} is static. */
@ApplicationPath("orders")
public class OrdersApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(OrderResource.class, ImportResource.class, ErrorMapper.class);
  }
}
