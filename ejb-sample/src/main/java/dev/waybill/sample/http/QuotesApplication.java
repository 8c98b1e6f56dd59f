package dev.waybill.sample.http;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Quotes over HTTP: {@code /quotes}. */
@ApplicationPath("quotes")
public class QuotesApplication extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(QuoteResource.class, ErrorMapper.class);
  }
}
