package dev.waybill.sample;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;

/** Gives the application its one source of the time. */
@ApplicationScoped
public class UtcClock {

  /** The clock every bean injects. */
  @Produces
  public Clock clock() {
    return Clock.systemUTC();
  }
}
