package dev.waybill.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INTERNAL")
class QueueExceptionTest {

  @Test
  void onlyFullAndUnavailableAreRetryableByThemselves() {
    Set<Kind> retryable = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (new QueueException(kind, "x").retryable()) {
        retryable.add(kind);
      }
    }
    assertThat(retryable).containsExactlyInAnyOrder(Kind.FULL, Kind.UNAVAILABLE);
  }

  @Test
  void anInternalErrorMaySayThatNothingWasPromisedYet() {
    assertThat(new QueueException(Kind.INTERNAL, "x", null, true).retryable()).isTrue();
  }

  @Test
  void aWrongBodyTypeIsInvalid() {
    assertThat(new WrongBodyTypeException("x", null).kind()).isEqualTo(Kind.INVALID);
  }
}
