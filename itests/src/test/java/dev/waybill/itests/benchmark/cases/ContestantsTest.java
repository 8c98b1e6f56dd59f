package dev.waybill.itests.benchmark.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.benchmark.adapter.AdapterTrial;
import dev.waybill.itests.benchmark.adapter.Wiring;
import dev.waybill.itests.benchmark.database.H2Database;
import dev.waybill.itests.benchmark.measure.Trial;
import dev.waybill.itests.benchmark.work.Contestant;
import dev.waybill.itests.benchmark.work.Item;
import dev.waybill.itests.benchmark.work.Mix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every contestant does all of the standard work once; a trial throws if it has not. */
class ContestantsTest {

  private static final int MESSAGES = 60;
  private static final int THREADS = 4;

  @TempDir Path directory;

  static Stream<Arguments> loads() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Mix.values()).map(mix -> Arguments.of(kind, mix)));
  }

  @ParameterizedTest
  @MethodSource("loads")
  void everyFormHandlesEachMessageOnce(Kind kind, Mix mix) throws Exception {
    long seed = new Random().nextInt(Integer.MAX_VALUE);
    System.out.println("seed " + seed);
    List<Item> items = Item.all(MESSAGES, mix, seed);
    try (H2Database database = new H2Database(directory)) {
      List<Contestant> contestants = new ArrayList<>(List.of(Forms.base(database)));
      contestants.addAll(Forms.forms());
      for (Contestant contestant : contestants) {
        Trial trial = new StandardTrial(database, contestant, kind, items, THREADS);
        assertThat(trial.run().messages()).isEqualTo(MESSAGES);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theAdapterHandlesEachMessageOnceOnEachPath(Kind kind) throws Exception {
    List<Item> items = Item.all(MESSAGES, Mix.PLAIN, 1);
    try (H2Database database = new H2Database(directory)) {
      for (Wiring wiring : Wiring.values()) {
        Trial trial =
            new AdapterTrial(
                wiring,
                database,
                database.another("business-" + wiring),
                kind == Kind.CONSUME,
                items,
                THREADS);
        assertThat(trial.run().messages()).isEqualTo(MESSAGES);
      }
    }
  }
}
