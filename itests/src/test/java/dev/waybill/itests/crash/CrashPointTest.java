package dev.waybill.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.byteman.check.RuleCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that end or break a node still name classes and methods that the adapter has. */
class CrashPointTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        CrashPoint.POINTS,
        CrashPoint.STREAM_POINTS,
        CrashPoint.MUTATIONS,
        CrashPoint.H2_SNAPSHOTS
      })
  void everyRuleFindsItsPlace(String file) {
    assertThat(CrashPoint.read(file)).isNotEmpty();
    RuleCheck check = new RuleCheck();
    check.addRule(file, CrashPoint.text(file));
    check.checkRules();
    assertThat(check.getResult().getErrorMessages()).as("errors").isEmpty();
    assertThat(check.getResult().getParseErrorMessages()).as("parse errors").isEmpty();
    assertThat(check.getResult().getTypeErrorMessages()).as("type errors").isEmpty();
    assertThat(check.getResult().getWarningMessages()).as("warnings").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CrashPoint.POINTS,
        CrashPoint.STREAM_POINTS,
        CrashPoint.MUTATIONS,
        CrashPoint.H2_SNAPSHOTS
      })
  void everyRuleNamesAMethod(String file) throws ClassNotFoundException {
    for (CrashPoint point : CrashPoint.read(file)) {
      Class<?> place = Class.forName(point.className());
      Stream<String> methods = Stream.of(place.getDeclaredMethods()).map(Method::getName);
      assertThat(Stream.concat(methods, Stream.of("<init>")))
          .as(point.name())
          .contains(point.methodName());
    }
  }

  @Test
  void everyStepHasItsPoints() {
    for (PostgresPath path : PostgresPath.values()) {
      Stream<String> steps =
          CrashPoint.on(path).stream().map(point -> point.name().split(":")[0]).distinct();
      List<String> expected =
          path == PostgresPath.JOINED
              ? List.of("send", "claim", "deliver", "rollback", "expire", "commit")
              : List.of(
                  "send", "claim", "deliver", "rollback", "expire", "prepare", "commit", "release");
      assertThat(steps).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void bothWaysToCommitABranchHaveTheirPoints() {
    List<String> commits =
        CrashPoint.on(PostgresPath.XA).stream()
            .map(CrashPoint::name)
            .filter(name -> name.startsWith("commit:"))
            .toList();
    assertThat(commits).filteredOn(name -> name.contains("one phase")).hasSize(3);
    assertThat(commits).filteredOn(name -> !name.contains("one phase")).hasSize(3);
  }

  @Test
  void aHitIsDrawn() {
    CrashPoint point = CrashPoint.named(CrashPoint.POINTS, "send: before");
    assertThat(point.atHit(7).rule()).contains("incrementCounter(\"hits\") == 7");
  }

  @Test
  void aPointCanHoldAThreadInsteadOfEndingTheNode() {
    CrashPoint point = CrashPoint.named(CrashPoint.POINTS, "prepare: prepared").holding();
    assertThat(point.rule())
        .contains("(\"holds\") == 1", CrashPoint.HELD, "waitFor")
        .doesNotContain("killJVM");
    RuleCheck check = new RuleCheck();
    check.addRule("holding", point.rule());
    check.checkRules();
    assertThat(check.getResult().hasError()).isFalse();
  }
}
