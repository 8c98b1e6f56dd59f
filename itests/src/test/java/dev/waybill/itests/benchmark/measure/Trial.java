package dev.waybill.itests.benchmark.measure;

/** One contestant under one load on one database; can be run again and again. */
public interface Trial {

  /** As it stands in the table. */
  String name();

  /** Prepares, measures, and checks that all was done once. */
  Sample run() throws Exception;
}
