package dev.waybill.ra.outbound;

/**
 * A connection handle of a producer. Applications never see one: allocating it is what makes the
 * container enlist the adapter in the caller's transaction, and nothing is sent through it.
 */
public interface ProducerConnection extends AutoCloseable {

  /** Gives the connection back to the container; harmless when repeated. */
  @Override
  void close();
}
