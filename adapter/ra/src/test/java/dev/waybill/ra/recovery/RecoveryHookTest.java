package dev.waybill.ra.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.ra.LogLines;
import dev.waybill.ra.lifecycle.ServerNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C13")
class RecoveryHookTest {

  private static final XAResource RESOURCE = new RecordingResource(null);

  /** A transaction manager with the hook of Payara and GlassFish. */
  public static final class ManagerWithHook {
    private final List<XAResource> registered = new ArrayList<>();

    public void registerRecoveryResourceHandler(XAResource resource) {
      if (!registered.isEmpty()) {
        throw new IllegalStateException("one is enough");
      }
      registered.add(resource);
    }
  }

  private static Optional<RecoveryHook> find(Object manager) {
    ServerNames names =
        name ->
            name.equals("java:appserver/TransactionManager")
                ? Optional.ofNullable(manager)
                : Optional.empty();
    return RecoveryHook.find(names);
  }

  @Test
  void theResourceIsRegisteredWhereTheServerHasTheHook() {
    ManagerWithHook manager = new ManagerWithHook();
    assertThat(find(manager).orElseThrow().register(RESOURCE)).isTrue();
    assertThat(manager.registered).containsExactly(RESOURCE);
  }

  @Test
  void aServerWithoutTheHookIsLeftAlone() {
    assertThat(find(null)).isEmpty();
    assertThat(find("another manager")).isEmpty();
  }

  @Test
  void aHookThatFailsIsAWarningAndNoMore() {
    RecoveryHook hook = find(new ManagerWithHook()).orElseThrow();
    hook.register(RESOURCE);
    try (LogLines log = new LogLines()) {
      assertThat(hook.register(RESOURCE)).isFalse();
      assertThat(log.lines()).singleElement().asString().startsWith("WARNING WB-0021 ");
    }
  }

  @Test
  void settingsThatCannotBeReadAreUnknown() {
    assertThat(find(new ManagerWithHook()).orElseThrow().settings().known()).isFalse();
  }
}
