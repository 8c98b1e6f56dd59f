package dev.waybill.itests.benchmark.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process and its children, as Linux accounts for them in {@code /proc}. */
public final class ProcessTree {

  private static final long MICROS_PER_TICK = 10_000;
  private static final int USER_TIME = 11;

  private final long root;

  /** The tree of a process. */
  public ProcessTree(long root) {
    this.root = root;
  }

  /** The processor time that the living and the reaped processes of the tree have used. */
  public long cpuMicros() {
    try (Stream<ProcessHandle> living =
        ProcessHandle.of(root)
            .map(process -> Stream.concat(Stream.of(process), process.descendants()))
            .orElseGet(Stream::empty)) {
      return living.mapToLong(process -> ticks(process.pid())).sum() * MICROS_PER_TICK;
    }
  }

  /** User and system time, of a process itself and of the children it has waited for. */
  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long sum = 0;
      for (int i = USER_TIME; i < USER_TIME + 4; i++) {
        sum += Long.parseLong(fields[i]);
      }
      return sum;
    } catch (IOException e) {
      if (ProcessHandle.of(pid).isEmpty()) {
        return 0; // ended meanwhile, perhaps while this read; its parent accounts for it
      }
      throw new UncheckedIOException(e);
    }
  }
}
