package dev.waybill.sample.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageRequestTest {

  @Test
  void withoutParametersItIsTheFirstTwentyOfAll() {
    assertThat(PageRequest.of(null, "", null)).isEqualTo(new PageRequest(0, 20, Optional.empty()));
  }

  @Test
  void theOffsetIsWhatThePagesBeforeHold() {
    PageRequest request = PageRequest.of("3", "50", "SHIPPED");

    assertThat(request.offset()).isEqualTo(150);
    assertThat(request.status()).contains(OrderStatus.SHIPPED);
  }

  @Test
  void theLastPageThatCanBeAskedForHasAnOffsetThatFits() {
    assertThat(PageRequest.of("1000000", "100", null).offset()).isEqualTo(100_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 20, PLACED, page",
    "one, 20, PLACED, page",
    "1000001, 20, PLACED, page",
    "0, 0, PLACED, size",
    "0, 101, PLACED, size",
    "0, 20, shipped, status",
    "0, 20, LOST, status"
  })
  void aParameterOutsideItsRangeIsRefusedByName(
      String page, String size, String status, String name) {
    InvalidOrderException refused =
        catchThrowableOfType(InvalidOrderException.class, () -> PageRequest.of(page, size, status));

    assertThat(refused.problems()).extracting(Problem::where).containsExactly(name);
  }
}
