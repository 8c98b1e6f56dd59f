package dev.waybill.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.RetryPolicy;
import dev.waybill.core.store.StoreOptions.Source;
import dev.waybill.testkit.mariadb.MariaDbServer;
import dev.waybill.testkit.mariadb.SharedMariaDb;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract on MariaDB. */
class MariaDbStoreTest extends StoreContract {

  private final String url = SharedMariaDb.freshUrl();
  private final Jdbc jdbc = new Jdbc(SharedMariaDb.forQueries(url));

  @Test
  void namesDifferByCaseAndTextKeepsEveryCharacter() {
    QueueName upper = QueueName.parse("app:Orders");
    commit(
        TestStore.send(TestStore.ORDERS, "lower", clock.now()),
        TestStore.send(upper, "g\u00fcn\ud83d\ude80 'quoted' \\ ?", clock.now()));

    assertThat(store.leases().claim(TestStore.request(term, 5, RetryPolicy.DEFAULT, upper)))
        .singleElement()
        .satisfies(
            claimed ->
                assertThat(claimed.message().headers())
                    .containsEntry("text", "g\u00fcn\ud83d\ude80 'quoted' \\ ?"));
    assertThat(claim(5)).singleElement().extracting(TestStore::text).isEqualTo("lower");
    assertThat(number("select count(*) from wb_queue")).isEqualTo(2);
  }

  @Override
  Source source() {
    return new Source.Url(url, MariaDbServer.USER, "", true);
  }

  @Override
  long number(String query) {
    return jdbc.number(query);
  }

  @Override
  Connection connect() throws SQLException {
    return jdbc.connect();
  }

  @Override
  List<String> texts(String query) {
    return jdbc.texts(query);
  }
}
