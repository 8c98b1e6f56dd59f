package dev.waybill.core.store.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** A pool of our own. */
public final class Pool {

  private static final Pattern USER_INFO = Pattern.compile("//[^/?;\\s]*@");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "((?:password|passwd|passphrase|pwd|secret|token)\\s*=)[^;&]*", Pattern.CASE_INSENSITIVE);
  private static final Duration CONNECT = Duration.ofSeconds(5);

  // The pool tells of each start and stop; people need to hear only of trouble.
  private static final Logger CHATTER = Logger.getLogger("com.zaxxer.hikari");

  static {
    if (CHATTER.getLevel() == null) {
      CHATTER.setLevel(Level.WARNING);
    }
  }

  private Pool() {}

  /**
   * Opens a pool and its first connection.
   *
   * @param url the JDBC URL
   * @param dialect of that URL
   * @param size how many connections at most
   * @return its owner closes it
   */
  public static HikariDataSource open(
      String url, String user, String password, Dialect dialect, int size) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(DriverSource.of(dialect, url, user, password));
    // Above it, claims would see the past, and renewals would fail where somebody settled.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    dialect.sessionStart().ifPresent(config::setConnectionInitSql);
    config.setPoolName("waybill");
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT.toMillis());
    config.setInitializationFailTimeout(1);
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          "The database at url="
              + withoutPassword(url)
              + " (user \""
              + user
              + "\") does not let the queue in: "
              + withoutPassword(SqlFailure.rootMessage(e))
              + ". Check the properties url, user and password, and that the database runs.",
          e);
    }
  }

  /** A JDBC URL, or a text with one, without what may be a password: for logs and errors. */
  public static String withoutPassword(String url) {
    String withoutUser = USER_INFO.matcher(url).replaceAll("//***@");
    return PARAMETER.matcher(withoutUser).replaceAll("$1***");
  }
}
