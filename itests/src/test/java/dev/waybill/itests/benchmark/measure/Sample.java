package dev.waybill.itests.benchmark.measure;

/**
 * One measured run.
 *
 * @param messages how many were handled
 * @param nanos how long that took
 * @param cpuMicros processor time of this JVM and of the database's processes
 */
public record Sample(long messages, long nanos, long cpuMicros) {

  /** Messages a second. */
  public double rate() {
    return messages * 1e9 / nanos;
  }

  /** Processor time in microseconds a message. */
  public double cpuPerMessage() {
    return (double) cpuMicros / messages;
  }

  /** This run and another one of the same contestant. */
  public Sample plus(Sample other) {
    return new Sample(messages + other.messages, nanos + other.nanos, cpuMicros + other.cpuMicros);
  }
}
