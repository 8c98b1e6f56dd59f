package dev.waybill.itests.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What figures are made of rounds. */
class MedianTest {

  @Test
  void theMiddleOneOfAnOddNumber() {
    assertThat(Median.of(List.of(9.0, 1.0, 4.0))).isEqualTo(4.0);
  }

  @Test
  void theMeanOfTheTwoInTheMiddle() {
    assertThat(Median.of(List.of(9.0, 1.0, 4.0, 6.0))).isEqualTo(5.0);
  }

  @Test
  void noFiguresHaveNone() {
    assertThatThrownBy(() -> Median.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ratiosAreTakenWithinARoundAndTheFirstRoundWarmsUp() throws Exception {
    List<String> order = new ArrayList<>();
    Trial base = scripted("base", order, 1_000, 100, 200, 400);
    Trial other = scripted("other", order, 1, 50, 400, 300);

    List<Result> results = new Rounds(3, new Random(1)).measure(List.of(base, other));

    assertThat(results.get(0).ratio()).isEqualTo(1.0);
    Result measured = results.get(1);
    assertThat(measured.lowest()).isEqualTo(0.5);
    assertThat(measured.ratio()).isEqualTo(0.75);
    assertThat(measured.highest()).isEqualTo(2.0);
    assertThat(measured.rate()).isEqualTo(300);
    for (int round = 0; round < order.size(); round += 2) {
      assertThat(order.subList(round, round + 2)).containsExactlyInAnyOrder("base", "other");
    }
  }

  private static Trial scripted(String name, List<String> order, long... rates) {
    return new Trial() {
      private int next;

      @Override
      public String name() {
        return name;
      }

      @Override
      public Sample run() {
        order.add(name);
        return new Sample(rates[next++], 1_000_000_000L, 0);
      }
    };
  }
}
