package dev.waybill.itests.benchmark.cases;

import dev.waybill.itests.benchmark.Settings;
import dev.waybill.itests.benchmark.report.Report;

/** One question that is answered by measuring. */
public interface Case {

  /** For {@code -Dcases}. */
  String name();

  /** Measures, and writes what comes out. */
  void run(Settings settings, Databases databases, Report report) throws Exception;
}
