package dev.waybill.testkit.transactions;

import java.util.List;

/**
 * What a recovery pass did.
 *
 * @param committed how many branches were committed
 * @param rolledBack how many branches were rolled back
 * @param errors what could not be done, for people
 */
public record RecoveryReport(int committed, int rolledBack, List<String> errors) {

  /** Copies the list. */
  public RecoveryReport {
    errors = List.copyOf(errors);
  }
}
