package dev.waybill.itests.benchmark.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The processor time of this JVM. */
public final class CpuTime {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private CpuTime() {}

  /** In microseconds since its start. */
  public static long micros() {
    return SYSTEM.getProcessCpuTime() / 1_000;
  }
}
