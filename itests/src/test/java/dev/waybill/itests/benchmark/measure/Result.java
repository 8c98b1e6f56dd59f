package dev.waybill.itests.benchmark.measure;

/**
 * What the rounds of one contestant came to.
 *
 * @param name of the contestant
 * @param ratio the median of its throughput / that of the base in the same round
 * @param lowest the lowest of these ratios
 * @param highest the highest of these ratios
 * @param rate the median of its messages a second
 * @param cpuPerMessage the median of its processor time in microseconds a message
 */
public record Result(
    String name, double ratio, double lowest, double highest, double rate, double cpuPerMessage) {}
