package dev.waybill.itests.benchmark.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs contestants interleaved, so that a machine that drifts drifts for all of them: each round
 * runs each contestant once, in an order of its own, and ratios are taken within a round.
 */
public final class Rounds {

  private final int rounds;
  private final Random random;

  /**
   * How often all are measured.
   *
   * @param rounds the rounds that count; one more before them warms up
   * @param random gives the order
   */
  public Rounds(int rounds, Random random) {
    this.rounds = rounds;
    this.random = random;
  }

  /** Measures the trials; the first of them is the base of the ratios. */
  public List<Result> measure(List<Trial> trials) throws Exception {
    Map<Trial, List<Sample>> samples = new LinkedHashMap<>();
    trials.forEach(trial -> samples.put(trial, new ArrayList<>()));
    for (int round = 0; round <= rounds; round++) {
      List<Trial> order = new ArrayList<>(trials);
      Collections.shuffle(order, random);
      for (Trial trial : order) {
        Sample sample = trial.run();
        if (round > 0) {
          samples.get(trial).add(sample);
        }
      }
    }
    List<Sample> base = samples.get(trials.get(0));
    return trials.stream().map(trial -> result(trial, samples.get(trial), base)).toList();
  }

  private static Result result(Trial trial, List<Sample> own, List<Sample> base) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      ratios.add(own.get(i).rate() / base.get(i).rate());
    }
    return new Result(
        trial.name(),
        Median.of(ratios),
        Collections.min(ratios),
        Collections.max(ratios),
        Median.of(own.stream().map(Sample::rate).toList()),
        Median.of(own.stream().map(Sample::cpuPerMessage).toList()));
  }
}
