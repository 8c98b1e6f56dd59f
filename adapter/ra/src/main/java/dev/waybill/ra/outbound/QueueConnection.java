package dev.waybill.ra.outbound;

/**
 * A connection handle of a producer or receiver. Applications never see one: allocating it is what
 * makes the container enlist the adapter in the caller's transaction, and nothing goes through it.
 */
public interface QueueConnection extends AutoCloseable {

  /** Gives the connection back to the container; harmless when repeated. */
  @Override
  void close();
}
