package dev.waybill.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.sample.order.OrderDesk;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What message-driven beans have to keep to on Payara. */
class MessageDrivenBeansTest {

  private static final Pattern BEAN = Pattern.compile("<ejb-name>([^<]+)</ejb-name>");

  /** Payara logs an error about each message-driven bean that its descriptor leaves out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/main/webapp/WEB-INF/glassfish-ejb-jar.xml",
        "src/main/ear/glassfish-ejb-jar.xml"
      })
  void areAllNamedInTheDescriptor(String descriptor) throws Exception {
    List<String> named =
        BEAN.matcher(Files.readString(Path.of(descriptor)))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(messageDrivenBeans())
        .isNotEmpty()
        .extracting(Class::getSimpleName)
        .containsExactlyInAnyOrderElementsOf(named);
  }

  /** Their injection by CDI disturbs the start of REST services (docs/payara-micro.md). */
  @Test
  void haveNothingInjectedByCdi() throws Exception {
    assertThat(messageDrivenBeans())
        .isNotEmpty()
        .flatMap(MessageDrivenBeansTest::members)
        .noneMatch(member -> member.isAnnotationPresent(Inject.class));
  }

  private static List<AccessibleObject> members(Class<?> bean) {
    return Stream.<Class<?>>iterate(bean, Objects::nonNull, Class::getSuperclass)
        .<AccessibleObject>flatMap(
            type ->
                Stream.of(
                        type.getDeclaredFields(),
                        type.getDeclaredMethods(),
                        type.getDeclaredConstructors())
                    .flatMap(Stream::of))
        .toList();
  }

  private static List<Class<?>> messageDrivenBeans() throws IOException, URISyntaxException {
    Path classes =
        Path.of(OrderDesk.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(name -> name.endsWith("Bean.class"))
          .map(name -> name.replace(".class", "").replace('/', '.'))
          .<Class<?>>map(MessageDrivenBeansTest::type)
          .filter(type -> type.isAnnotationPresent(MessageDriven.class))
          .toList();
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
