package dev.waybill.ra.config;

import dev.waybill.core.store.sql.Pool;

/** Keeps credentials out of messages. */
public final class Redaction {

  private Redaction() {}

  /** A JDBC URL without what may be a password. */
  public static String url(String url) {
    return Pool.withoutPassword(url);
  }
}
