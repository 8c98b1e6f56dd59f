package dev.waybill.core.branch;

import static dev.waybill.core.branch.Samples.id;
import static dev.waybill.core.branch.Samples.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.XaBranch.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class XaBranchTest {

  private final List<XaBranch> announced = new ArrayList<>();
  private final OpenIds ids = new OpenIds(InMemoryBranchStore::new);

  private static void assertRefused(XaBranch branch, String why) {
    assertThatThrownBy(() -> branch.add(List.of(send("late"))))
        .isInstanceOfSatisfying(
            QueueException.class, e -> assertThat(e.kind()).isEqualTo(QueueException.Kind.CONFLICT))
        .hasMessageContaining(branch.id().toString())
        .hasMessageContaining(why);
  }

  @Test
  void operationsKeepTheirOrderAndTheFirstIsAnnouncedOnce() {
    XaBranch branch = new XaBranch(id(1), "t1", announced::add, ids);

    branch.add(List.of(send("a"), send("b")));
    branch.add(List.of(send("c")));

    assertThat(branch.operations()).containsExactly(send("a"), send("b"), send("c"));
    assertThat(announced).containsExactly(branch);
  }

  @Test
  @Tag("CONFLICT")
  @Tag("C8")
  void aFinishedBranchTakesNothing() {
    XaBranch branch = new XaBranch(id(1), "t1", announced::add, ids);
    branch.finish(Outcome.ROLLED_BACK);

    assertRefused(branch, "ROLLED_BACK");
    assertThat(announced).isEmpty();
  }

  @Test
  @Tag("CONFLICT")
  @Tag("C8")
  void aBranchMarkedForRollbackTakesNothing() {
    XaBranch branch = new XaBranch(id(1), "t1", announced::add, ids);
    branch.add(List.of(send("a")));
    branch.setRollbackOnly();

    assertRefused(branch, "marked for rollback");
  }

  @Test
  void whatTheTransactionRefusesIsNotAdded() {
    XaBranch branch =
        new XaBranch(
            id(1),
            "t1",
            first -> {
              throw new IllegalStateException("no synchronization now");
            },
            ids);

    assertThatThrownBy(() -> branch.add(List.of(send("a"))))
        .isInstanceOf(IllegalStateException.class);

    assertThat(branch.operations()).isEmpty();
  }

  @Test
  void onlyABranchInDoubtKeepsItsOperationsWhenItLeavesTheOpenState() {
    XaBranch branch = new XaBranch(id(1), "t1", announced::add, ids);
    branch.add(List.of(send("a")));

    branch.finish(Outcome.IN_DOUBT);
    assertThat(branch.operations()).hasSize(1);
    branch.finish(Outcome.COMMITTED);
    assertThat(branch.operations()).isEmpty();
  }
}
