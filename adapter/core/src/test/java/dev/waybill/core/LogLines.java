package dev.waybill.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What people were told while this was open: level and text, without what is for debugging. */
public class LogLines extends Handler implements AutoCloseable {

  private static final Logger LOGGER = Logger.getLogger("dev.waybill");

  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Begins to listen. */
  public LogLines() {
    LOGGER.addHandler(this);
  }

  /** All of them. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines with one of the ids. */
  public List<String> of(String... ids) {
    return lines.stream().filter(line -> List.of(ids).contains(line.split(" ")[1])).toList();
  }

  /** The lines of warnings and errors. */
  public List<String> warnings() {
    return lines.stream()
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
