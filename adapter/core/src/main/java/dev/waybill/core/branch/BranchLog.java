package dev.waybill.core.branch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What branches tell people: lines WB-0300 to WB-0399. */
final class BranchLog {

  private static final Logger LOG = System.getLogger("dev.waybill.branch");

  private BranchLog() {}

  static void failing(String task, BranchId branch, int others, RuntimeException cause) {
    LOG.log(
        Level.ERROR,
        () ->
            "WB-0301 "
                + task
                + ": branch "
                + branch
                + (others == 0 ? "" : ", like " + others + " more,")
                + " fails for a reason that is not the reach of the store: "
                + cause.getMessage()
                + ". It is tried again at least every 30 s, also after a restart if the transaction"
                + " manager's recovery asks; until then its messages are not visible, or not"
                + " settled. Remove the cause; the branch is the row of wb_branch with this id.");
  }

  static void works(String task, BranchId branch) {
    LOG.log(Level.INFO, () -> "WB-0302 " + task + ": branch " + branch + " is done after all.");
  }
}
