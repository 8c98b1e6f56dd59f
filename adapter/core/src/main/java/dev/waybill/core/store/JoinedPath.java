package dev.waybill.core.store;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.store.sql.JoinedTransactions;
import dev.waybill.core.store.sql.Sql;
import java.util.function.Function;

/** The joined path, where there is one. */
final class JoinedPath {

  private final JoinedTransactions transactions;

  private JoinedPath(JoinedTransactions transactions) {
    this.transactions = transactions;
  }

  static JoinedPath of(JoinedTransactions transactions) {
    return new JoinedPath(transactions);
  }

  static JoinedPath none() {
    return new JoinedPath(null);
  }

  void probe() {
    required().probe();
  }

  <T> T run(boolean checked, Function<Sql, T> work) {
    return required().run("write in the application's transaction", checked, work);
  }

  private JoinedTransactions required() {
    if (transactions == null) {
      throw new QueueException(
          Kind.INTERNAL,
          "This store has no joined path: it was not opened on the application's DataSource.");
    }
    return transactions;
  }
}
