package dev.waybill.core.store.entity;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.UUID;

/** For UUID columns that may be null, which EclipseLink 4.0 cannot read by itself. */
@Converter
public class OptionalUuid implements AttributeConverter<UUID, UUID> {

  @Override
  public UUID convertToDatabaseColumn(UUID value) {
    return value;
  }

  @Override
  public UUID convertToEntityAttribute(UUID value) {
    return value;
  }
}
