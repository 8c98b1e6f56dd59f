package dev.waybill.ra.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.ra.WaybillResourceAdapter;
import dev.waybill.ra.inbound.QueueActivationSpec;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Holds ra.xml, the definitions and the beans together, in both directions. */
@Tag("M18")
class DescriptorTest {

  private record Described(
      String name, String type, Optional<String> standard, boolean confidential) {}

  private static Document descriptor;

  @BeforeAll
  static void read() throws Exception {
    descriptor =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                Path.of(
                        System.getProperty("waybill.root"),
                        "adapter/rar/src/main/rar/META-INF/ra.xml")
                    .toFile());
  }

  @Test
  void adapterPropertiesAreThoseDefined() throws Exception {
    assertThat(described("/connector/resourceadapter/config-property"))
        .isEqualTo(defined(AdapterProperties.ALL));
  }

  @Test
  void producerPropertiesAreThoseDefined() throws Exception {
    assertThat(described("//connection-definition/config-property"))
        .isEqualTo(defined(ProducerProperties.ALL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"QueueListener", "QueuePayloadListener", "QueueBatchListener"})
  void activationPropertiesAreThoseDefined(String listener) throws Exception {
    assertThat(
            described(
                "//messagelistener[messagelistener-type='dev.waybill.api."
                    + listener
                    + "']/activationspec/config-property"))
        .isEqualTo(defined(ActivationProperties.ALL));
  }

  @Test
  void onlyTheQueueIsRequired() throws Exception {
    assertThat(texts("//required-config-property/config-property-name"))
        .hasSize(3)
        .containsOnly("queue");
  }

  @Test
  void theAdapterHasASetterAndAGetterForEachPropertyAndNoOther() throws Exception {
    assertThat(settable(WaybillResourceAdapter.class))
        .containsExactlyInAnyOrderElementsOf(names(AdapterProperties.ALL));
  }

  @Test
  void theActivationSpecHasASetterAndAGetterForEachPropertyAndNoOther() throws Exception {
    assertThat(settable(QueueActivationSpec.class))
        .containsExactlyInAnyOrderElementsOf(names(ActivationProperties.ALL));
  }

  @Test
  void everyClassItNamesIsThere() throws Exception {
    for (String name :
        texts(
            "//*[contains(local-name(), '-class') or contains(local-name(), '-interface')"
                + " or local-name() = 'messagelistener-type']")) {
      assertThat(Class.forName(name)).isNotNull();
    }
  }

  private static List<String> settable(Class<?> bean) {
    return Stream.of(bean.getMethods())
        .filter(method -> method.getName().startsWith("set"))
        .filter(method -> List.of(method.getParameterTypes()).equals(List.of(String.class)))
        .filter(method -> hasGetter(bean, method))
        .map(method -> decapitalized(method.getName().substring(3)))
        .toList();
  }

  private static boolean hasGetter(Class<?> bean, Method setter) {
    return Stream.of(bean.getMethods())
        .anyMatch(
            method ->
                method.getName().equals("get" + setter.getName().substring(3))
                    && method.getReturnType() == String.class);
  }

  private static String decapitalized(String text) {
    return text.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + text.substring(1);
  }

  private static List<String> names(List<Property<?>> properties) {
    return properties.stream().<String>map(Property::name).toList();
  }

  private static List<Described> defined(List<Property<?>> properties) {
    List<Described> defined = new ArrayList<>();
    for (Property<?> property : properties) {
      defined.add(
          new Described(
              property.name(), "java.lang.String", property.standard(), property.confidential()));
    }
    return defined;
  }

  private static List<Described> described(String path) throws Exception {
    NodeList found = find(path);
    List<Described> described = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      Element element = (Element) found.item(i);
      described.add(
          new Described(
              child(element, "config-property-name").orElseThrow(),
              child(element, "config-property-type").orElseThrow(),
              child(element, "config-property-value"),
              child(element, "config-property-confidential").equals(Optional.of("true"))));
    }
    return described;
  }

  private static Optional<String> child(Element element, String name) {
    NodeList children = element.getElementsByTagName(name);
    return children.getLength() == 0
        ? Optional.empty()
        : Optional.of(children.item(0).getTextContent());
  }

  private static List<String> texts(String path) throws Exception {
    NodeList found = find(path);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(found.item(i).getTextContent());
    }
    return texts;
  }

  private static NodeList find(String path) throws Exception {
    return (NodeList)
        XPathFactory.newInstance().newXPath().evaluate(path, descriptor, XPathConstants.NODESET);
  }
}
