package dev.waybill.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import jakarta.resource.spi.ResourceAdapterInternalException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class WaybillResourceAdapterTest {

  private static WaybillResourceAdapter on(String url) {
    WaybillResourceAdapter adapter = new WaybillResourceAdapter();
    adapter.setUrl(url);
    return adapter;
  }

  @Test
  void twoThatAreConfiguredEquallyAreEqual() {
    assertThat(on("jdbc:h2:mem:a"))
        .isEqualTo(on("jdbc:h2:mem:a"))
        .hasSameHashCodeAs(on("jdbc:h2:mem:a"));
    assertThat(on("jdbc:h2:mem:a")).isNotEqualTo(on("jdbc:h2:mem:b"));
  }

  @Test
  void itsConfigurationSurvivesSerialisation() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(on("jdbc:h2:mem:a"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(on("jdbc:h2:mem:a"));
    }
  }

  @Test
  void aWrongConfigurationIsOneLineInTheLogAndStopsTheStart() {
    WaybillResourceAdapter adapter = on("h2");
    adapter.setMaxDelay("12");
    try (LogLines log = new LogLines()) {
      assertThatThrownBy(() -> adapter.start(null))
          .isInstanceOf(ResourceAdapterInternalException.class)
          .hasMessageContaining("url=\"h2\"")
          .hasMessageContaining("maxDelay=\"12\"");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("SEVERE WB-0002 Resource adapter: 2 problems: ")
          .doesNotContain("\n");
    }
  }

  @Test
  void beforeItsStartItGivesNothingAndSaysSo() {
    WaybillResourceAdapter adapter = new WaybillResourceAdapter();
    assertThatThrownBy(adapter::open)
        .isInstanceOf(QueueException.class)
        .hasMessageContaining("not started");
    assertThatThrownBy(() -> adapter.getXAResources(null)).isInstanceOf(QueueException.class);
    adapter.stop();
  }
}
