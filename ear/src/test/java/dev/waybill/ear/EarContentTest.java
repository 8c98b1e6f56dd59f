package dev.waybill.ear;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class EarContentTest {

  private static final String EAR = System.getProperty("ear");

  @Test
  void itHoldsTheAdapterTheApiAndTheSampleAndNothingElse() throws IOException {
    try (ZipFile ear = new ZipFile(EAR)) {
      assertThat(ear.stream().map(ZipEntry::getName).filter(name -> !name.endsWith("/")))
          .filteredOn(name -> !name.startsWith("META-INF/maven/"))
          .containsExactlyInAnyOrder(
              "META-INF/MANIFEST.MF",
              "META-INF/application.xml",
              "lib/waybill-api.jar",
              "waybill.rar",
              "orders.war");
    }
  }

  @Test
  void itsDescriptorNamesTheAdapterTheSampleAndTheLibraryFolder() throws Exception {
    Document descriptor =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(entry("META-INF/application.xml")));
    XPath path = XPathFactory.newInstance().newXPath();

    assertThat(path.evaluate("/application/@version", descriptor)).isEqualTo("10");
    assertThat(path.evaluate("/application/application-name", descriptor)).isEqualTo("waybill");
    assertThat(path.evaluate("/application/module/connector", descriptor)).isEqualTo("waybill.rar");
    assertThat(path.evaluate("/application/module/web/web-uri", descriptor))
        .isEqualTo("orders.war");
    assertThat(path.evaluate("/application/library-directory", descriptor)).isEqualTo("lib");
  }

  @Test
  void theAdapterInsideHasItsDescriptor() throws IOException {
    assertThat(namesIn("waybill.rar")).contains("META-INF/ra.xml");
  }

  @Test
  void theSampleInsideNamesTheAdapterOfItsOwnEarAndBringsNoCopyOfTheApi() throws IOException {
    assertThat(namesIn("orders.war"))
        .contains("index.html", "WEB-INF/classes/META-INF/persistence.xml")
        .noneMatch(name -> name.startsWith("WEB-INF/lib/") && name.endsWith(".jar"));
    assertThat(descriptor("WEB-INF/web.xml"))
        .contains("<resource-adapter>#waybill</resource-adapter>");
    assertThat(descriptor("WEB-INF/glassfish-ejb-jar.xml"))
        .contains("<resource-adapter-mid>waybill#waybill</resource-adapter-mid>");
  }

  private static String descriptor(String name) throws IOException {
    try (ZipInputStream war = new ZipInputStream(new ByteArrayInputStream(entry("orders.war")))) {
      for (ZipEntry entry = war.getNextEntry(); entry != null; entry = war.getNextEntry()) {
        if (entry.getName().equals(name)) {
          return new String(war.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    throw new AssertionError("orders.war has no " + name);
  }

  private static List<String> namesIn(String archive) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(entry(archive)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  private static byte[] entry(String name) throws IOException {
    try (ZipFile ear = new ZipFile(EAR)) {
      ZipEntry entry = ear.getEntry(name);
      assertThat(entry).as("%s in %s", name, EAR).isNotNull();
      return ear.getInputStream(entry).readAllBytes();
    }
  }
}
