package dev.waybill.itests.server;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Prints what the servers of a test warned of if it failed, and if it did not, which requests the
 * order service could not answer: on a machine that is gone afterwards, the logs are too. JUnit
 * registers it for every test of this module.
 */
public final class LogsOfServers implements BeforeEachCallback, AfterEachCallback {

  private static final Pattern FAILED_REQUEST = Pattern.compile("A request failed");

  private int before;

  @Override
  public void beforeEach(ExtensionContext context) {
    before = PayaraMicro.logs().size();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean failed = context.getExecutionException().isPresent();
    List<ServerLog> all = PayaraMicro.logs();
    for (ServerLog log : all.subList(before, all.size())) {
      List<String> records = log.lastRecords(failed ? ServerLog.WORRY : FAILED_REQUEST);
      if (!records.isEmpty()) {
        System.out.printf(
            "%s, %s:%n%s%n",
            context.getDisplayName(), log.file(), String.join(System.lineSeparator(), records));
      }
    }
  }
}
