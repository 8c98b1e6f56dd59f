package dev.waybill.ra.config;

import java.util.List;

/**
 * The properties of the connection definitions of producers and receivers. There are none: what a
 * producer may do is said once, on the adapter, and what a receiver wants with each request.
 */
public final class ProducerProperties {

  /** All of them. */
  public static final List<Property<?>> ALL = List.of();

  private ProducerProperties() {}
}
