package dev.waybill.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.ra.config.ActivationProperties;
import dev.waybill.ra.config.Property;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.FeatureDescriptor;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class QueueActivationSpecTest {

  private final QueueActivationSpec spec = new QueueActivationSpec();

  @Test
  void everyDefinedPropertyIsABeanPropertyOfText() throws Exception {
    for (Property<?> property : ActivationProperties.ALL) {
      PropertyDescriptor bean = new PropertyDescriptor(property.name(), QueueActivationSpec.class);
      assertThat(bean.getPropertyType()).isEqualTo(String.class);
      bean.getWriteMethod().invoke(spec, "value of " + property.name());
      assertThat(bean.getReadMethod().invoke(spec)).isEqualTo("value of " + property.name());
    }
    assertThat(spec.texts()).hasSize(ActivationProperties.ALL.size());
  }

  @Test
  void nullTakesAPropertyBack() {
    spec.setQueue("app:orders");
    spec.setQueue(null);
    assertThat(spec.texts()).isEmpty();
  }

  @Test
  @Tag("M18")
  void validationNamesEveryOffendingProperty() {
    spec.setQueue("orders");
    spec.setMaxLease("5");

    InvalidPropertyException invalid =
        catchThrowableOfType(InvalidPropertyException.class, spec::validate);

    assertThat(Arrays.stream(invalid.getInvalidPropertyDescriptors()))
        .extracting(FeatureDescriptor::getName)
        .containsExactlyInAnyOrder("queue", "maxLease");
    assertThat(invalid).hasMessageContaining("2 problems");
  }

  @Test
  void aRightConfigurationIsValidAndSerializable() throws Exception {
    spec.setQueue("app:orders");
    assertThatCode(spec::validate).doesNotThrowAnyException();

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(spec);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((QueueActivationSpec) in.readObject()).texts()).isEqualTo(spec.texts());
    }
  }
}
