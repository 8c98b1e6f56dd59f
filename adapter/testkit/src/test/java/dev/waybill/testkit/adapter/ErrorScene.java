package dev.waybill.testkit.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import dev.waybill.api.QueueReceiver;
import dev.waybill.ra.WaybillResourceAdapter;
import jakarta.transaction.Status;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** A server, and an application that does what is refused. */
record ErrorScene(
    WaybillServer server, Databases databases, QueueProducer producer, QueueReceiver receiver) {

  static final String GOES_ON = "app:goes-on";

  /** A scenario. */
  interface Play {
    void run(ErrorScene scene) throws Exception;
  }

  /** A call that is refused. */
  interface Call {
    void on(ErrorScene scene) throws Exception;
  }

  /** A call that is refused, and the words that tell a user why. */
  record Row(Kind kind, String when, Call call, String... words) {}

  static void play(CommitPath path, Consumer<WaybillResourceAdapter> configure, Play play)
      throws Exception {
    play(new Databases(path), configure, play);
  }

  /** Plays a scenario on databases that are closed afterwards. */
  static void play(Databases databases, Consumer<WaybillResourceAdapter> configure, Play play)
      throws Exception {
    try (databases) {
      WaybillServer server = WaybillServer.start(databases, configure);
      try (server) {
        play.run(new ErrorScene(server, databases, server.producer(), server.receiver()));
      }
      server.checker().assertClean();
    }
  }

  /** Makes calls in the application's transaction; on the local path without one. */
  <T> T call(Callable<T> calls) throws Exception {
    return databases.path() == CommitPath.LOCAL
        ? calls.call()
        : server.container.transactions().inTransaction(calls);
  }

  void place(String order) throws Exception {
    Databases.update(server.application, "insert into placed values ('" + order + "', 1)");
  }

  /** Asserts that a call is refused, and that its transaction goes on and commits. */
  void assertRefused(Row row) throws Exception {
    int before = databases.bodiesIn(GOES_ON).size();
    call(
        () -> {
          place(row.when());
          ErrorPage.assertRefused(row.kind(), row.when(), () -> row.call().on(this), row.words());
          if (databases.path() != CommitPath.LOCAL) {
            assertThat(server.container.transactions().status())
                .as(row.when())
                .isEqualTo(Status.STATUS_ACTIVE);
          }
          producer.send(WaybillServer.message(GOES_ON, "next"));
          place(row.when());
          return null;
        });
    assertThat(databases.placedBy(row.when())).as(row.when()).hasSize(2);
    assertThat(databases.bodiesIn(GOES_ON)).as(row.when()).hasSize(before + 1);
  }
}
