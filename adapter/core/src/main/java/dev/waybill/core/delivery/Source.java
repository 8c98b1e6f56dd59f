package dev.waybill.core.delivery;

import dev.waybill.core.model.Lease;
import dev.waybill.core.model.LeasedMessage;
import java.util.List;
import java.util.Set;

/**
 * Where a worker's next messages come from. Thread-safe. Once {@link #close()} was called nothing
 * is leased ahead any more.
 */
interface Source {

  /** Who is told what happens in the background. */
  interface Events {

    /** Leasing ahead failed. */
    void aheadFailed(RuntimeException error);

    /** There may be something to deliver, and it is not known that a worker will come for it. */
    void aheadFilled();

    /** Whether nothing is to be leased ahead for the moment. */
    boolean resting();
  }

  /** What one call of the listener is to be given now; empty if there is nothing. */
  List<LeasedMessage> next();

  /** Whether it is worth a worker's while to ask; if not, one is asked for when it is. */
  boolean worthAsking();

  /** Gives out what was leased ahead. The caller gives the leases back. */
  List<Lease> drain();

  /** What was leased ahead. */
  Set<Lease.Key> keys();

  /** From now on nothing is leased ahead. */
  void close();
}
