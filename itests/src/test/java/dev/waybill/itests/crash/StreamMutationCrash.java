package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.itests.audit.StreamAudit;
import dev.waybill.itests.crash.streams.Manner;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The crash test of streams can see what it looks for: with a stream that forgets, or without the
 * fence of its owner, the audit finds doubled entries. {@link StreamKillIT} has the same stories
 * without the rules.
 */
@Tag("S11")
@Tag("C11")
class StreamMutationCrash {

  private static final int FEW = 20;

  private final DrivenStream stream = new DrivenStream("alone", Manner.ALONE, 20);

  @Test
  void aKilledProducerOfAStreamThatForgetsDoublesEntries() {
    try (StreamCluster cluster = start("streams-forget", "streams forget")) {
      new StreamStorm(cluster, new Random(1)).killProducers();
      assertDoubled(cluster.finish());
    }
  }

  @Test
  void aStoppedProducerThatIsNotFencedDoublesEntries() {
    try (StreamCluster cluster = start("streams-no-owner", "no owner:", "no owner,")) {
      DrivenStream.Run old = cluster.run(stream);
      new StreamStorm(cluster, new Random(1)).takeOverFromStopped(stream);
      long before = old.confirmed();
      cluster.producers().resume();
      StreamCluster.awaitSent(old, before + FEW);
      assertDoubled(cluster.finish());
    }
  }

  private StreamCluster start(String name, String... mutations) {
    StreamCluster cluster = StreamCluster.start(name, PostgresPath.JOINED, List.of(stream));
    for (String mutation : mutations) {
      cluster.producers().submit(CrashPoint.named(CrashPoint.MUTATIONS, mutation));
    }
    cluster.produce();
    return cluster;
  }

  private static void assertDoubled(StreamAudit audit) {
    System.out.println(audit.report());
    assertThat(audit.doubled()).as(audit.report()).isNotEmpty();
  }
}
