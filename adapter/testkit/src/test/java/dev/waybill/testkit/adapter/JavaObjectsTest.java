package dev.waybill.testkit.adapter;

import static dev.waybill.testkit.adapter.OrderBean.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueListener;
import dev.waybill.api.QueuePayloadListener;
import dev.waybill.core.LogLines;
import dev.waybill.ra.inbound.QueueActivationSpec;
import dev.waybill.testkit.endpoints.EndpointSettings;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Java objects of classes that the adapter lists, from a sender to a bean. */
@Tag("S2")
class JavaObjectsTest {

  private static final String DEAD = "app:dead";
  private static final String ORDER = Order.class.getName();

  /** A body whose class is listed. */
  public record Order(String customer, int quantity) implements Serializable {}

  /** A body whose class is not listed where it is read; runs code if it is read all the same. */
  public static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger RUNS = new AtomicInteger();

    private Object readResolve() {
      RUNS.incrementAndGet();
      return this;
    }
  }

  /** How a bean reads the object. */
  enum Reading {
    MESSAGE,
    PAYLOAD,
    PAYLOAD_OF_ITS_TYPE
  }

  /** The databases of one scenario. */
  Databases databases(CommitPath path) throws Exception {
    return new Databases(path);
  }

  static Stream<Arguments> readings() {
    return Stream.of(CommitPath.XA, CommitPath.JOINED, CommitPath.LOCAL)
        .flatMap(path -> Stream.of(Reading.values()).map(reading -> Arguments.of(path, reading)));
  }

  private static void deploy(WaybillServer server, Reading reading, List<Object> read)
      throws Exception {
    QueueActivationSpec spec = new QueueActivationSpec();
    spec.setQueue(ORDERS);
    spec.setRetrySchedule("0s,0s,0s,0s");
    spec.setDeadLetterQueue(DEAD);
    EndpointSettings bean = EndpointSettings.of("Bean", server.databases.path().attribute());
    if (reading == Reading.MESSAGE) {
      server.container.activate(
          bean, QueueListener.class, message -> read.add(message.java(Order.class)), spec);
      return;
    }
    if (reading == Reading.PAYLOAD_OF_ITS_TYPE) {
      spec.setPayloadType(ORDER);
    }
    server.container.activate(bean, QueuePayloadListener.class, read::add, spec);
  }

  private static OutgoingMessage message(Serializable body) {
    return OutgoingMessage.to(ORDERS).java(body).build();
  }

  @ParameterizedTest
  @MethodSource("readings")
  void aBeanGetsTheObjectThatWasSent(CommitPath path, Reading reading) throws Exception {
    Order order = new Order("Ada", 2);
    List<Object> read = new CopyOnWriteArrayList<>();
    try (Databases databases = databases(path)) {
      WaybillServer server =
          WaybillServer.start(databases, adapter -> adapter.setAllowedJavaClasses(ORDER));
      try (server) {
        server.producer().send(message(order));
        deploy(server, reading, read);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
      }
      server.checker().assertClean();
      assertThat(databases.outcomesIn(ORDERS)).containsExactly("COMPLETED");
    }
    assertThat(read).containsExactly(order);
    assertThat(read.get(0)).isNotSameAs(order);
  }

  @Tag("M10")
  @ParameterizedTest
  @MethodSource("readings")
  void anObjectThatIsNotListedWhereItIsReadIsADeadLetterAtOnce(CommitPath path, Reading reading)
      throws Exception {
    Order order = new Order("Ada", 2);
    List<Object> read = new CopyOnWriteArrayList<>();
    int runs = Gadget.RUNS.get();
    try (LogLines log = new LogLines();
        Databases databases = databases(path)) {
      WaybillServer trusting =
          WaybillServer.start(
              databases,
              adapter -> adapter.setAllowedJavaClasses(ORDER + "," + Gadget.class.getName()));
      WaybillServer careful =
          WaybillServer.start(
              databases,
              adapter -> {
                adapter.setNodeName("node-2");
                adapter.setAllowedJavaClasses(ORDER);
              });
      UUID refused;
      try (trusting;
          careful) {
        refused = trusting.producer().send(message(new Gadget()));
        trusting.producer().send(message(order));
        deploy(careful, reading, read);
        await().until(() -> databases.owedIn(ORDERS).isEmpty());
        assertThat(databases.owedIn(DEAD)).containsExactly("READY 0");
      }
      trusting.checker().assertClean();
      careful.checker().assertClean();
      assertThat(databases.outcomesIn(ORDERS))
          .as("its schedule is not used up")
          .containsExactlyInAnyOrder("FAILED", "COMPLETED");
      assertThat(databases.errorsIn(ORDERS))
          .anySatisfy(
              error -> assertThat(error).contains(Gadget.class.getName() + " is not allowed"));
      assertThat(log.of("WB-0120"))
          .singleElement()
          .asString()
          .contains(
              "message " + refused + " of queue " + ORDERS + " was moved to " + DEAD,
              "after attempt 1",
              Gadget.class.getName() + " is not allowed",
              "allowedJavaClasses");
    }
    assertThat(Gadget.RUNS).as("it was never made").hasValue(runs);
    assertThat(read).containsExactly(order);
  }
}
