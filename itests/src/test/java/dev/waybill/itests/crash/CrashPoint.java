package dev.waybill.itests.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A place in the adapter at which a node can be made to end, as a rule of Byteman: no code of the
 * adapter knows of it.
 *
 * @param name of the rule
 * @param rule its text
 */
record CrashPoint(String name, String rule) {

  /** How a virtual machine exits that a crash point ended. */
  static final int EXIT_CODE = 99;

  /** What a server says when a thread is held. */
  static final String HELD = "A thread is held";

  /** The file of the crash points. */
  static final String POINTS = "crash-points.btm";

  /** The file of the crash points that only streams pass. */
  static final String STREAM_POINTS = "stream-points.btm";

  /** The file of the rules that break the adapter. */
  static final String MUTATIONS = "mutations.btm";

  /** The file of the rules that keep H2's transactions whole when it is killed. */
  static final String H2_SNAPSHOTS = "h2-snapshots.btm";

  private static final String ONE_PHASE = "one phase";
  private static final int MOST_HITS = 25;
  private static final int MOST_RARE_HITS = 2;
  private static final Pattern RULE = Pattern.compile("(?ms)^RULE (.+?)$.*?^ENDRULE$");

  /** All crash points that a commit path passes. */
  static List<CrashPoint> on(PostgresPath path) {
    String tag = "[" + path.name().toLowerCase(Locale.ROOT) + "]";
    return read(POINTS).stream()
        .filter(point -> point.name().endsWith("[both]") || point.name().endsWith(tag))
        .toList();
  }

  /** The rule whose name begins so. */
  static CrashPoint named(String file, String beginning) {
    return read(file).stream()
        .filter(point -> point.name().startsWith(beginning))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No rule " + beginning + " in " + file));
  }

  /** All rules of a file. */
  static List<CrashPoint> read(String file) {
    return RULE.matcher(text(file))
        .results()
        .map(found -> new CrashPoint(found.group(1).trim(), found.group()))
        .toList();
  }

  static String text(String file) {
    try (InputStream in = CrashPoint.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** The class or interface that it is in. */
  String className() {
    return word("(?:CLASS|INTERFACE)");
  }

  /** The method that it is in. */
  String methodName() {
    return word("METHOD").replaceFirst("[(].*", "");
  }

  private String word(String after) {
    return Pattern.compile("(?m)^" + after + " (\\S+)$")
        .matcher(rule)
        .results()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No " + after + " in " + rule))
        .group(1);
  }

  /** Whether leases of another node have to run out before it is passed. */
  boolean needsExpiry() {
    return name.startsWith("expire");
  }

  /**
   * Whether only few deliveries pass it: those that fail, and those that reject their message, in
   * which the queue is alone.
   */
  boolean isRare() {
    return name.startsWith("rollback") || name.contains(ONE_PHASE) || needsExpiry();
  }

  /** How often it may be passed before it ends the node, at most. */
  int mostHits() {
    if (needsExpiry()) {
      return 1; // what a node leaves behind is ended at once
    }
    return isRare() ? MOST_RARE_HITS : MOST_HITS;
  }

  /** The same point, passed that often before it ends the node. */
  CrashPoint atHit(int hit) {
    return new CrashPoint(name, rule.replace("(\"hits\") == 1", "(\"hits\") == " + hit));
  }

  /**
   * The same point; the first thread that passes it says {@link #HELD} on the console and goes no
   * further.
   */
  CrashPoint holding() {
    return new CrashPoint(
        name,
        rule.replace("\"hits\"", "\"holds\"")
            .replaceAll("DO .*", "DO traceln(\"" + HELD + "\"), waitFor(\"holds\")"));
  }

  @Override
  public String toString() {
    return name;
  }
}
