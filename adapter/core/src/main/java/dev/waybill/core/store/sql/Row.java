package dev.waybill.core.store.sql;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * One row of a native query. Persistence providers differ in the Java types they return; the
 * getters do not.
 *
 * @param cells the columns
 */
@SuppressWarnings("ArrayRecordComponent")
public record Row(Object[] cells) {

  /** Whether a column is null. */
  public boolean isNull(int column) {
    return cells[column] == null;
  }

  /** An integral column. */
  public long number(int column) {
    return ((Number) cells[column]).longValue();
  }

  /** An integral column of small values. */
  public int count(int column) {
    return ((Number) cells[column]).intValue();
  }

  /** An integral column that may be null. */
  public Optional<Long> optionalNumber(int column) {
    return Optional.ofNullable((Number) cells[column]).map(Number::longValue);
  }

  /** A column of characters; null if it is null. */
  public String text(int column) {
    return (String) cells[column];
  }

  /** A truth value. */
  public boolean flag(int column) {
    return cells[column] instanceof Boolean flag ? flag : number(column) != 0;
  }

  /** A column of bytes; null if it is null. */
  public byte[] bytes(int column) {
    return (byte[]) cells[column];
  }

  /** A UUID, as the driver's own type, 16 bytes or text. */
  public UUID uuid(int column) {
    Object cell = cells[column];
    if (cell instanceof byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong());
    }
    return cell instanceof UUID || cell == null ? (UUID) cell : UUID.fromString((String) cell);
  }
}
