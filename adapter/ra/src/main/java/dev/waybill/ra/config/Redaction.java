package dev.waybill.ra.config;

import java.util.regex.Pattern;

/** Keeps credentials out of messages. */
public final class Redaction {

  private static final Pattern USER_INFO = Pattern.compile("//[^/@?;]*@");
  private static final Pattern PARAMETER =
      Pattern.compile("(?i)([?&;](?:[a-z.]*password|pwd|[a-z.]*secret|token)=)[^&;]*");

  private Redaction() {}

  /** A JDBC URL without what may be a password. */
  public static String url(String url) {
    String withoutUser = USER_INFO.matcher(url).replaceAll("//***@");
    return PARAMETER.matcher(withoutUser).replaceAll("$1***");
  }
}
