package dev.waybill.sample.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.sample.order.InvalidOrderException;
import dev.waybill.sample.order.NewOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderFileTest {

  @Test
  void eachLineIsAnOrderAndEmptyLinesAreSkipped() throws IOException {
    assertThat(read("customer,article,quantity\n\nc-1,A-100,2\r\n c-2 , A-101 , 3 \n"))
        .containsExactly(new NewOrder("c-1", "A-100", 2), new NewOrder("c-2", "A-101", 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c-1,A-100", "c-1,A-100,2,3", "c-1,A-100,two", "c-1,,2", "c-1,A-100,0"})
  void aLineThatIsNoOrderIsRefusedWithItsNumber(String line) {
    assertThatThrownBy(() -> read("customer,article,quantity\nc-1,A-100,1\n" + line))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessageContaining("line 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c-1,A-100,2\n"})
  void aFileWithoutTheHeaderIsRefused(String file) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidOrderException.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("customer,article,quantity");
  }

  @Test
  void theBundledFileHoldsSixHundredOrdersAndOneInAHundredNamesAnUnknownArticle()
      throws IOException {
    String catalogue = catalogue();
    List<NewOrder> orders = OrderFile.bundled();

    assertThat(orders).hasSize(600);
    assertThat(orders)
        .filteredOn(order -> !catalogue.contains("'" + order.article() + "'"))
        .hasSize(6);
  }

  private static List<NewOrder> read(String file) throws IOException {
    return OrderFile.read(new StringReader(file));
  }

  private static String catalogue() throws IOException {
    try (InputStream script =
        OrderFileTest.class.getResourceAsStream("/META-INF/orders-schema.sql")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
