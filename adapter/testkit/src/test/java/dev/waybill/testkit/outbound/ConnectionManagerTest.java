package dev.waybill.testkit.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.TinyAdapter;
import dev.waybill.testkit.faults.FaultyXaResource;
import dev.waybill.testkit.outbound.TinyFactory.Handle;
import dev.waybill.testkit.outbound.TinyFactory.Opener;
import dev.waybill.testkit.outbound.TinyFactory.TinyConnection;
import jakarta.resource.ResourceException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionManagerTest {

  private final SimulatedContainer container = SimulatedContainer.threaded(1);
  private final TinyFactory factory = new TinyFactory();

  @BeforeEach
  void start() throws ResourceException {
    container.start(new TinyAdapter());
  }

  private Opener pool(TransactionLevel level) throws ResourceException {
    return container.connectionFactory(Opener.class, factory, level);
  }

  @Test
  void handlesInOneTransactionShareAConnectionThatIsEnlistedOnce() throws Exception {
    Opener opener = pool(TransactionLevel.XA_TRANSACTION);
    container
        .transactions()
        .inTransaction(
            () -> {
              try (Handle first = opener.open();
                  Handle second = opener.open()) {
                assertThat(first.connection()).isSameAs(second.connection());
              }
              return null;
            });
    assertThat(factory.made).hasSize(1);
    assertThat(factory.made.get(0).resource.calls())
        .containsExactly("start", "end", "commitOnePhase");
    closeClean();
  }

  @Test
  void aConnectionIsCleanedAndUsedAgain() throws Exception {
    Opener opener = pool(TransactionLevel.XA_TRANSACTION);
    opener.open().close();
    opener.open().close();
    TinyConnection only = factory.made.get(0);
    assertThat(factory.made).hasSize(1);
    assertThat(only.cleanups).isEqualTo(2);
    assertThat(only.resource.calls()).isEmpty();
    closeClean();
    assertThat(only.destroyed).isTrue();
  }

  @Test
  void theSameResourceManagerEnlistedTwiceIsJoinedAndOnlyTheFirstIsPrepared() throws Exception {
    Opener opener = pool(TransactionLevel.XA_TRANSACTION);
    Opener other =
        container.connectionFactory(Opener.class, factory, TransactionLevel.XA_TRANSACTION);
    factory.sameResourceManager = true;
    container
        .transactions()
        .inTransaction(
            () -> {
              opener.open().close();
              other.open().close();
              assertThat(container.transactions().enlisted())
                  .allSatisfy(
                      resource -> assertThat(resource).isInstanceOf(FaultyXaResource.class));
              return null;
            });
    assertThat(factory.made.get(0).resource.calls()).endsWith("commitOnePhase");
    assertThat(factory.made.get(1).resource.calls())
        .contains("start")
        .doesNotContain("prepare", "commitOnePhase", "commit");
    closeClean();
  }

  @Test
  void aPoolWithoutTransactionsEnlistsNothing() throws Exception {
    Opener opener = pool(TransactionLevel.NO_TRANSACTION);
    container
        .transactions()
        .inTransaction(
            () -> {
              opener.open().close();
              assertThat(container.transactions().enlisted()).isEmpty();
              return null;
            });
    assertThat(factory.made.get(0).resourceAsked).isFalse();
    closeClean();
  }

  @Test
  void aPoolOfLocalTransactionsCommitsTheLocalTransaction() throws Exception {
    Opener opener = pool(TransactionLevel.LOCAL_TRANSACTION);
    container
        .transactions()
        .inTransaction(
            () -> {
              opener.open().close();
              return null;
            });
    assertThat(factory.made.get(0).local).containsExactly("begin", "commit");
    closeClean();
  }

  @Test
  void aHandleThatStaysOpenIsAViolation() throws Exception {
    Handle handle = pool(TransactionLevel.XA_TRANSACTION).open();
    container.close();
    assertThat(container.checker().violations())
        .singleElement()
        .asString()
        .contains("1 connection handle(s)");
    handle.close();
    assertThat(container.checker().violations())
        .last()
        .asString()
        .contains("reported an event after destroy");
  }

  private void closeClean() {
    container.close();
    container.checker().assertClean();
  }
}
