package dev.waybill.core.model;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The text by which a lease is settled from anywhere: its key, and nothing that would have to be
 * believed. What the lease is worth is looked up in its rows.
 */
public final class LeaseId {

  private static final byte FORM = 1;
  private static final int LENGTH = 1 + 4 * Long.BYTES;

  private LeaseId() {}

  /** The text of a lease: 44 characters of {@code [A-Za-z0-9_-]}. */
  public static String of(Lease lease) {
    ByteBuffer bytes =
        ByteBuffer.allocate(LENGTH)
            .put(FORM)
            .putLong(lease.token().getMostSignificantBits())
            .putLong(lease.token().getLeastSignificantBits())
            .putLong(lease.delivery().position())
            .putLong(lease.delivery().groupId());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads what {@link #of} wrote.
   *
   * @return the lease's key, empty if it is the text of none
   */
  public static Optional<Lease.Key> parse(String text) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.remaining() != LENGTH || bytes.get() != FORM) {
      return Optional.empty();
    }
    UUID token = new UUID(bytes.getLong(), bytes.getLong());
    return Optional.of(new Lease.Key(new DeliveryKey(bytes.getLong(), bytes.getLong()), token));
  }
}
