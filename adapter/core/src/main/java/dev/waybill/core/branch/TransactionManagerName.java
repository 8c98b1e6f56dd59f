package dev.waybill.core.branch;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name by which a transaction manager's recovery knows its own branches. Payara and GlassFish
 * (format {@code JTS}) write {@code name,number} into the branch qualifier and claim every branch
 * whose qualifier <em>begins</em> with their name, so that {@code node1} claims those of {@code
 * node10} (rule C1). Other transaction managers compare whole names, which cannot be told from
 * outside: nothing is known of them here.
 *
 * @param text the name
 */
public record TransactionManagerName(String text) {

  private static final int JTS = 0x4A5453;

  /** The name in a branch's identity, if its transaction manager goes by the beginning of it. */
  public static Optional<TransactionManagerName> of(BranchId id) {
    if (id.formatId() != JTS) {
      return Optional.empty();
    }
    String qualifier =
        new String(HexFormat.of().parseHex(id.branchQualifier()), StandardCharsets.ISO_8859_1);
    int end = qualifier.lastIndexOf(',');
    return end <= 0
        ? Optional.empty()
        : Optional.of(new TransactionManagerName(qualifier.substring(0, end)));
  }

  /** Whether the recovery of one would claim branches of the other. */
  public boolean overlaps(TransactionManagerName other) {
    return text.startsWith(other.text) || other.text.startsWith(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
