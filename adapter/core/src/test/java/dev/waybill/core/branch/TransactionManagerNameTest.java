package dev.waybill.core.branch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name is what the recovery of Payara compares, neither more nor less. */
@Tag("C1")
class TransactionManagerNameTest {

  private static final int JTS = 0x4A5453;

  private static BranchId branch(int format, String qualifier) {
    return new BranchId(format, "0a", HexFormat.of().formatHex(qualifier.getBytes(ISO_8859_1)));
  }

  @Test
  void theNameOfPayaraIsAllBeforeTheNumberOfTheBranch() {
    assertThat(TransactionManagerName.of(branch(JTS, "host,server,12")))
        .contains(new TransactionManagerName("host,server"));
    assertThat(TransactionManagerName.of(branch(JTS, "orders1,0")))
        .contains(new TransactionManagerName("orders1"));
  }

  @Test
  void nothingIsKnownOfOthers() {
    assertThat(TransactionManagerName.of(branch(131077, "orders1,0"))).isEmpty();
    assertThat(TransactionManagerName.of(branch(JTS, "orders1"))).isEmpty();
    assertThat(TransactionManagerName.of(branch(JTS, ",1"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "node1, node10, true",
    "node10, node1, true",
    "node1, node1, true",
    "node1, node2, false",
    "'web1,server', 'web10,server', false",
    "'web1,server', 'web1,server', true",
  })
  void namesOverlapIfOneBeginsWithTheOther(String one, String other, boolean overlap) {
    assertThat(new TransactionManagerName(one).overlaps(new TransactionManagerName(other)))
        .isEqualTo(overlap);
  }
}
