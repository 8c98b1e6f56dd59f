package dev.waybill.testkit.faults;

import java.sql.SQLNonTransientConnectionException;
import javax.transaction.xa.XAException;

/** What happens at a fault point: it fails, crashes the container, or holds the thread there. */
@FunctionalInterface
public interface FaultAction {

  /**
   * Runs on the thread that has reached the point.
   *
   * @throws Exception what that thread then sees: an XAException or SQLException where it fits the
   *     point, else wrapped in one
   */
  void run() throws Exception;

  /**
   * The resource answers with an error.
   *
   * @param code of XAException
   */
  static FaultAction xaError(int code) {
    return () -> {
      throw new XAException(code);
    };
  }

  /** The connection to the database is lost. */
  static FaultAction connectionLost() {
    return () -> {
      throw new SQLNonTransientConnectionException("The connection is lost", "08006");
    };
  }
}
