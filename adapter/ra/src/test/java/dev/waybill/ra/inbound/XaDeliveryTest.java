package dev.waybill.ra.inbound;

import static dev.waybill.ra.fake.Samples.LEASE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.branch.Operation.Complete;
import dev.waybill.core.branch.TransactedDelivery;
import dev.waybill.ra.fake.TinyAdapter;
import dev.waybill.ra.fake.TinyTransactions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class XaDeliveryTest {

  private final TinyTransactions transactions = new TinyTransactions();
  private final TinyAdapter adapter = new TinyAdapter(transactions, false);
  private final XaDelivery delivery = new XaDelivery(adapter.branches, transactions);

  @AfterEach
  void leave() {
    TransactedDelivery.leave();
  }

  @Test
  @Tag("C8")
  void aTransactionThatTookNoSettlementCannotCommit() {
    transactions.begin();
    transactions.enlist(adapter.newXaResource());
    delivery.begin();
    transactions.write("business row");
    Object original = transactions.suspend();

    delivery.settle(List.of(new Complete(LEASE)));
    transactions.resume(original);

    assertThat(transactions.end(true)).isFalse();
    assertThat(transactions.business).isEmpty();
    assertThat(adapter.store.settlements()).isEmpty();
    assertThat(delivery.ending())
        .isEqualTo(new DeliveryTransaction.Ending.RolledBack("it was marked for rollback"));
  }
}
