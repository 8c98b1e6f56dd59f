package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.ContentType;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.WrongBodyTypeException;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Objects in Java's serialisation: only what is listed is sent, and only what is listed is read.
 */
@Tag("S2")
class JavaBodiesTest {

  private static final String HERE = JavaBodiesTest.class.getPackageName();

  /** A body. */
  record Order(String customer, int[] quantities, Size size, BigDecimal price)
      implements Serializable {}

  enum Size {
    SMALL
  }

  /** Runs code when it is read, as what attackers send does. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;
    private static boolean ran;

    private Object readResolve() {
      ran = true;
      return this;
    }
  }

  private static BodyCodec codec(String... allowed) {
    return new BodyCodec(new JavaBodies(List.of(allowed)));
  }

  private static MessageData message(ContentType type, byte[] body) {
    return new MessageData(
        new UUID(7, 7),
        QueueName.parse("app:orders"),
        1,
        Instant.EPOCH,
        type,
        body,
        Map.of(),
        4,
        null,
        null,
        null,
        null,
        0);
  }

  private static byte[] serialised(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  @Test
  void whatIsListedGoesThere() {
    BodyCodec codec = codec(HERE + ".*", "java.math.*");
    Order sent = new Order("c-1", new int[] {1, 2}, Size.SMALL, new BigDecimal("3.50"));

    Order read =
        codec.java(message(ContentType.JAVA, codec.encode(ContentType.JAVA, sent)), Order.class);

    assertThat(read).usingRecursiveComparison().isEqualTo(sent);
  }

  @Test
  void collectionsOfTheJdkAreListedByName() {
    BodyCodec codec = codec("java.util.ArrayList", "java.util.HashMap");
    Map<String, List<Integer>> sent = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      sent.put("key " + i, new ArrayList<>(List.of(i)));
    }

    Object read =
        codec.java(message(ContentType.JAVA, codec.encode(ContentType.JAVA, sent)), Object.class);

    assertThat(read).isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    "dev.waybill.core.model.JavaBodiesTest$Gadget, true",
    "dev.waybill.core.model.*, true",
    "dev.waybill.core.*, false",
    "dev.waybill.core.**, true",
    "dev.waybill.core.mod.*, false",
    "dev.waybill.core.model.JavaBodies, false"
  })
  void anEntryNamesAClassAPackageOrAllBelowIt(String entry, boolean allowed) throws Exception {
    MessageData message = message(ContentType.JAVA, serialised(new Gadget()));
    Gadget.ran = false;

    if (allowed) {
      assertThat(codec(entry).java(message, Gadget.class)).isInstanceOf(Gadget.class);
    } else {
      assertThatThrownBy(() -> codec(entry).java(message, Gadget.class))
          .isInstanceOf(WrongBodyTypeException.class);
    }

    assertThat(Gadget.ran).isEqualTo(allowed);
  }

  @Test
  @Tag("INVALID")
  void whatIsNotListedIsRefusedToTheSender() {
    assertThatThrownBy(() -> codec().encode(ContentType.JAVA, new Gadget()))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
        .hasMessageContainingAll(
            Gadget.class.getName(), "is not allowed", "allowedJavaClasses, which is \"\"");
    assertThatThrownBy(
            () ->
                codec("java.util.*").encode(ContentType.JAVA, new ArrayList<>(List.of(Size.SMALL))))
        .hasMessageContainingAll(
            Size.class.getName(), "allowedJavaClasses, which is \"java.util.*\"");
    assertThatThrownBy(
            () -> codec(HERE + ".**").encode(ContentType.JAVA, new Object[] {new Object()}))
        .hasMessageContainingAll("NotSerializableException", "java.lang.Object", "json(…)");
  }

  @Test
  @Tag("INVALID")
  void whatSomebodyElseWroteIsNotReadIfItIsNotListed() throws Exception {
    MessageData message =
        message(ContentType.JAVA, serialised(new ArrayList<>(List.of(new Gadget()))));
    Gadget.ran = false;

    assertThatThrownBy(() -> codec("java.util.ArrayList").java(message, List.class))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContainingAll(
            "java body of message " + message.id(),
            "app:orders",
            Gadget.class.getName() + " is not allowed",
            "allowedJavaClasses");
    assertThat(Gadget.ran).isFalse();
  }

  @Test
  void anArrayThatTheBytesCannotHoldIsNotMade() throws Exception {
    byte[] bytes = serialised(new long[] {1});
    // The length is the int before the only element.
    bytes[bytes.length - 12] = 0x7f;

    assertThatThrownBy(() -> codec().java(message(ContentType.JAVA, bytes), long[].class))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContaining("REJECTED");
  }

  @Test
  @Tag("INVALID")
  void theWrongTypeIsAClearError() {
    BodyCodec codec = codec(HERE + ".*");
    MessageData java = message(ContentType.JAVA, codec.encode(ContentType.JAVA, Size.SMALL));
    MessageData text = message(ContentType.TEXT, new byte[] {'a'});

    assertThatThrownBy(() -> codec.java(java, Order.class))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContainingAll("cannot be read as", Order.class.getName());
    assertThatThrownBy(() -> codec.java(text, Order.class))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContainingAll("read as a Java object", "Read it with text()");
    assertThatThrownBy(() -> codec.text(java))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContaining("Read it with java(Class)");
    assertThatThrownBy(() -> codec.java(message(ContentType.JAVA, new byte[] {1, 2}), Order.class))
        .isInstanceOf(WrongBodyTypeException.class)
        .hasMessageContainingAll("cannot be read as", Order.class.getName());
  }
}
