package dev.waybill.itests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueProducer;
import dev.waybill.itests.story.app.DecisionBean;
import dev.waybill.itests.story.app.Effects;
import dev.waybill.itests.story.app.FollowUpBean;
import dev.waybill.itests.story.app.Parcel;
import dev.waybill.itests.story.app.ParcelBean;
import dev.waybill.itests.story.app.RollbackBean;
import dev.waybill.itests.story.app.Sightings;
import dev.waybill.itests.story.app.UntransactedBean;
import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What beans see and what stays of what they do. Runs inside the container. */
abstract class BeanStory {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SENT = FollowUpBean.PREFIX;

  @Resource(lookup = "java:app/waybill/Producer")
  private QueueProducer producer;

  @EJB private Effects effects;

  @Resource private UserTransaction transaction;

  @Test
  @Tag("S1")
  void aSenderThatRollsBackSendsNothing() throws Exception {
    transaction.begin();
    effects.add("order of the sender that rolls back", 0);
    send(FollowUpBean.QUEUE, "rolled back");
    transaction.rollback();

    transaction.begin();
    effects.add("order of the sender that commits", 0);
    send(FollowUpBean.QUEUE, "committed");
    assertThat(effects.count(SENT + "committed")).as("seen before the commit").isZero();
    transaction.commit();

    awaitEffect(SENT + "committed");
    assertThat(effects.count("order of the sender that commits")).isOne();
    assertThat(effects.count("order of the sender that rolls back")).isZero();
    assertThat(effects.count(SENT + "rolled back")).isZero();
  }

  @Test
  @Tag("S1")
  void aSendOutsideATransactionIsThereWhenItReturns() {
    send(FollowUpBean.QUEUE, "no transaction");
    awaitEffect(SENT + "no transaction");
  }

  @Test
  @Tag("M2")
  @Tag("M3")
  @Tag("C6")
  void rollbackOnlyLeavesNothingAndIsTriedAgain() {
    failsFirst("rollback-only");
  }

  @Test
  @Tag("M2")
  @Tag("M3")
  @Tag("C6")
  void anUncheckedExceptionLeavesNothingAndIsTriedAgain() {
    failsFirst("unchecked");
  }

  @Test
  @Tag("M2")
  @Tag("M3")
  @Tag("C6")
  void aCheckedExceptionLeavesNothingAndIsTriedAgain() {
    failsFirst("checked");
  }

  private void failsFirst(String how) {
    send(RollbackBean.QUEUE, how);
    awaitEffect(SENT + how + " 2");
    assertThat(Sightings.of(how)).containsExactly("1", "2");
    assertThat(effects.count(how)).as("rows of the bean").isOne();
    assertThat(effects.attempt(how)).as("the attempt that stays").isEqualTo(2);
    assertThat(effects.count(SENT + how + " 1")).as("sent by the failed attempt").isZero();
  }

  @Test
  @Tag("M3")
  @Tag("M9")
  void aRejectionOutlivesTheRollbackOfItsTransaction() {
    UUID id = send(RollbackBean.QUEUE, "wish");
    assertThat(awaitDeadLetter(id))
        .startsWith(RollbackBean.QUEUE + "|default|1|FAILED|")
        .contains("asked for before the rollback");
    assertThat(Sightings.of("wish")).containsExactly("1");
    assertThat(effects.count("wish")).isZero();
  }

  @Test
  @Tag("M3")
  void acknowledgedAndCompletedMessagesAreDone() {
    send(DecisionBean.QUEUE, "ack");
    send(DecisionBean.QUEUE, "complete");
    awaitEffect("ack");
    awaitEffect("complete");
    assertThat(Sightings.of("ack")).containsExactly("1");
    assertThat(Sightings.of("complete")).containsExactly("1");
  }

  @Test
  @Tag("M3")
  @Tag("M8")
  void aRetriedMessageComesBackAndTheRowsOfBothAttemptsStay() {
    send(DecisionBean.QUEUE, "retry");
    await().atMost(TIMEOUT).until(() -> effects.count("retry") == 2);
    assertThat(Sightings.of("retry")).containsExactly("1", "2");
  }

  @Test
  @Tag("M8")
  @Tag("M9")
  void retryCountsLikeAFailureAndEndsInTheDeadLetterQueue() {
    UUID id = send(DecisionBean.QUEUE, "retry for ever");
    assertThat(awaitDeadLetter(id)).startsWith(DecisionBean.QUEUE + "|default|3|RETRIED|");
    assertThat(Sightings.of("retry for ever")).containsExactly("1", "2", "3");
    assertThat(effects.count("retry for ever")).as("decisions commit").isEqualTo(3);
  }

  @Test
  @Tag("M3")
  @Tag("M9")
  void aRejectedMessageIsInTheDeadLetterQueueWithItsReason() {
    UUID id = send(DecisionBean.QUEUE, "reject");
    assertThat(awaitDeadLetter(id))
        .isEqualTo(DecisionBean.QUEUE + "|default|1|REJECTED|not wanted");
    assertThat(effects.count("reject")).isOne();
  }

  @Test
  @Tag("M3")
  void theLastDecisionCounts() {
    UUID id = send(DecisionBean.QUEUE, "last one counts");
    awaitEffect("last one counts");
    UUID after = send(DecisionBean.QUEUE, "reject:afterwards");
    awaitDeadLetter(after);
    assertThat(Sightings.of("dead " + id)).isEmpty();
  }

  @Test
  @Tag("M14")
  void theHandleIsDeadAfterTheListener() {
    send(DecisionBean.QUEUE, DecisionBean.TO_KEEP);
    awaitEffect(DecisionBean.TO_KEEP);
    assertThat(DecisionBean.KEPT.get().text()).as("still readable").startsWith("ack");
    assertThatThrownBy(() -> DecisionBean.KEPT.get().retry())
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT));
  }

  @Test
  @Tag("M14")
  void outsideAListenerThereIsNoDelivery() {
    assertThatThrownBy(DeliveryContext::current)
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.INVALID));
  }

  @Test
  @Tag("M1")
  @Tag("M14")
  @Tag("S3")
  void aPayloadListenerGetsTheDecodedBody() {
    UUID id =
        producer.send(
            OutgoingMessage.to(ParcelBean.QUEUE)
                .json(new Parcel("glass", 750))
                .header("customer", "c-7")
                .build());
    await().atMost(TIMEOUT).until(() -> !Sightings.of("glass").isEmpty());
    assertThat(Sightings.of("glass")).containsExactly("750 g for c-7, " + id);
  }

  @Test
  @Tag("M10")
  void aBodyThatCannotBeDecodedIsDeadLetteredAtOnce() {
    UUID id =
        producer.send(
            OutgoingMessage.to(ParcelBean.QUEUE).json(List.of("not", "a", "parcel")).build());
    assertThat(awaitDeadLetter(id)).startsWith(ParcelBean.QUEUE + "|default|1|");
  }

  @Test
  @Tag("M2")
  void aBeanWithoutATransactionKeepsItsRowsAndIsTriedAgain() {
    send(UntransactedBean.QUEUE, "untransacted");
    await().atMost(TIMEOUT).until(() -> effects.count("untransacted") == 2);
    assertThat(Sightings.of("untransacted")).containsExactly("1", "2");
  }

  @Test
  @Tag("S5")
  @Tag("S6")
  void aBatchWithAnOversizedMessageSendsNothing() {
    List<OutgoingMessage> batch =
        List.of(
            OutgoingMessage.to(FollowUpBean.QUEUE).text("of an oversized batch").build(),
            OutgoingMessage.to(FollowUpBean.QUEUE).bytes(new byte[200_000]).build());
    assertThatThrownBy(() -> producer.sendBatch(batch))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.TOO_LARGE))
        .hasMessageContaining("1");
    send(FollowUpBean.QUEUE, "after the oversized batch");
    awaitEffect(SENT + "after the oversized batch");
    assertThat(effects.count(SENT + "of an oversized batch")).isZero();
  }

  private UUID send(String queue, String text) {
    return producer.send(OutgoingMessage.to(queue).text(text).build());
  }

  private void awaitEffect(String name) {
    await("the effect " + name).atMost(TIMEOUT).until(() -> effects.count(name) > 0);
  }

  private static String awaitDeadLetter(UUID id) {
    await("the dead letter " + id)
        .atMost(TIMEOUT)
        .until(() -> !Sightings.of("dead " + id).isEmpty());
    assertThat(Sightings.of("dead " + id)).hasSize(1);
    return Sightings.of("dead " + id).get(0);
  }
}
