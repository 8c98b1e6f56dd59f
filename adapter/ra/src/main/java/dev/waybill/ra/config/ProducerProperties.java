package dev.waybill.ra.config;

import java.util.List;

/**
 * The properties of a producer's connection definition. There are none: what a producer may do is
 * said once, on the adapter.
 */
public final class ProducerProperties {

  /** All of them. */
  public static final List<Property<?>> ALL = List.of();

  private ProducerProperties() {}
}
