package dev.waybill.testkit.outage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the adapter tells people, without what is only for debugging. */
final class LogLines extends Handler implements AutoCloseable {

  private static final Logger LOGGER = Logger.getLogger("dev.waybill");

  private final List<String> lines = new CopyOnWriteArrayList<>();

  LogLines() {
    LOGGER.addHandler(this);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines with one of the ids. */
  List<String> of(String... ids) {
    return lines.stream().filter(line -> List.of(ids).contains(line.split(" ")[1])).toList();
  }

  /**
   * The lines of warnings and errors, but for the one that a server of tests deserves: it does not
   * sync.
   */
  List<String> warnings() {
    return lines.stream()
        .filter(line -> !line.contains(" WB-0211 "))
        .filter(line -> line.startsWith("WARNING ") || line.startsWith("SEVERE "))
        .toList();
  }

  @Override
  public void publish(LogRecord line) {
    if (line.getLevel().intValue() >= Level.INFO.intValue()) {
      lines.add(line.getLevel() + " " + line.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGER.removeHandler(this);
  }
}
