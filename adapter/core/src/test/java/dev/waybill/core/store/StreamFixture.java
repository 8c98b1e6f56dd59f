package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Nodes on one database that send in streams. */
abstract class StreamFixture {

  static final String TILL = "till 1";

  final SettableClock clock = new SettableClock();
  final List<StreamingNode> nodes = new ArrayList<>();
  StreamingNode one;
  StreamingNode two;
  Jdbc jdbc;

  /** The URL of a fresh, empty database, the same each time, as an application is given it. */
  abstract String url();

  @BeforeEach
  void open() {
    jdbc = new Jdbc(url());
    one = node("n1");
    two = node("n2");
  }

  StreamingNode node(String name) {
    StreamingNode node = new StreamingNode(name, url(), clock);
    nodes.add(node);
    return node;
  }

  /** Nodes that died are left alone by others only for a while. */
  void othersLookDead(String name) {
    jdbc.execute("update wb_node set seen_at = 0 where id = '" + name + "'");
  }

  @AfterEach
  void close() {
    nodes.forEach(StreamingNode::close);
  }

  static void assertRefused(Kind kind, boolean retryable, ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> {
              assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
              assertThat(e.retryable()).as(e.getMessage()).isEqualTo(retryable);
            })
        .hasMessage(message);
  }

  static void assertUndecided(ThrowingCallable call) {
    assertRefused(
        Kind.UNAVAILABLE,
        true,
        call,
        "The stream of producer \"till 1\" is in use by a transaction that is open or in doubt, so"
            + " which sequence comes next is not known yet. Nothing was sent. Try again once that"
            + " transaction has ended; if it is in doubt, the recovery of its transaction manager"
            + " decides it.");
  }

  static void assertFenced(ThrowingCallable call) {
    assertRefused(
        Kind.CONFLICT,
        false,
        call,
        "The stream of producer \"till 1\" has another owner: stream(…) was called again for this"
            + " producer id, on this node or another, so this one sends nothing any more. Nothing"
            + " was sent. Give each running producer an id of its own; if this one is to go on, open"
            + " the stream again.");
  }

  long rows(String tableAndCondition) {
    return jdbc.number("select count(*) from " + tableAndCondition);
  }
}
