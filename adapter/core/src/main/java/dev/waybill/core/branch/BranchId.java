package dev.waybill.core.branch;

import java.util.Arrays;
import java.util.HexFormat;
import javax.transaction.xa.Xid;

/**
 * The identity of a branch of a distributed transaction, as a value (Jakarta Transactions 2.0,
 * chapter 3.4; X/Open XA, chapter 4.2).
 *
 * @param formatId the format of the two parts
 * @param globalTransactionId up to 64 bytes, as hexadecimal digits
 * @param branchQualifier up to 64 bytes, as hexadecimal digits
 */
public record BranchId(int formatId, String globalTransactionId, String branchQualifier) {

  private static final HexFormat HEX = HexFormat.of();

  /** The value of an xid of any transaction manager. */
  public static BranchId of(Xid xid) {
    return new BranchId(
        xid.getFormatId(),
        HEX.formatHex(xid.getGlobalTransactionId()),
        HEX.formatHex(xid.getBranchQualifier()));
  }

  /** The key of the branch's row: {@code format.global.qualifier}, at most 300 characters. */
  public String key() {
    return Integer.toHexString(formatId) + "." + globalTransactionId + "." + branchQualifier;
  }

  /**
   * Reads what {@link #key} wrote.
   *
   * @param key a key
   * @return the identity
   */
  public static BranchId parse(String key) {
    String[] parts = key.split("\\.", -1);
    return new BranchId(Integer.parseUnsignedInt(parts[0], 16), parts[1], parts[2]);
  }

  /** The same as an xid for the transaction manager. */
  public Xid toXid() {
    return new KnownXid(formatId, HEX.parseHex(globalTransactionId), HEX.parseHex(branchQualifier));
  }

  @Override
  public String toString() {
    return key();
  }

  private static final class KnownXid implements Xid {

    private final int formatId;
    private final byte[] globalTransactionId;
    private final byte[] branchQualifier;

    KnownXid(int formatId, byte[] globalTransactionId, byte[] branchQualifier) {
      this.formatId = formatId;
      this.globalTransactionId = globalTransactionId;
      this.branchQualifier = branchQualifier;
    }

    @Override
    public int getFormatId() {
      return formatId;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return globalTransactionId.clone();
    }

    @Override
    public byte[] getBranchQualifier() {
      return branchQualifier.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Xid xid && BranchId.of(xid).equals(BranchId.of(this));
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(globalTransactionId) + Arrays.hashCode(branchQualifier);
    }

    @Override
    public String toString() {
      return BranchId.of(this).key();
    }
  }
}
