package dev.waybill.core.delivery;

import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the lines that a person would see. */
final class RecordingLogger implements System.Logger {

  private final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public String getName() {
    return "dev.waybill";
  }

  @Override
  public boolean isLoggable(Level level) {
    return level.getSeverity() >= Level.INFO.getSeverity();
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String line, Throwable thrown) {
    if (isLoggable(level)) {
      lines.add(level + " " + line);
    }
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
    log(level, bundle, format, (Throwable) null);
  }

  /** All lines. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines with an id. */
  List<String> lines(String id) {
    return lines.stream().filter(line -> line.contains(id + " ")).toList();
  }
}
