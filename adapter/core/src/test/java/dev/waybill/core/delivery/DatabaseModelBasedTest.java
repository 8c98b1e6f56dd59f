package dev.waybill.core.delivery;

import dev.waybill.core.model.DeliveryState;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.store.QueueStore;
import dev.waybill.core.store.QueueStores;
import dev.waybill.core.store.StoreOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;

/** The histories on a database. */
abstract class DatabaseModelBasedTest extends ModelBasedTest {

  private static final String LOOK =
      "select q.name, m.id, case when d.lease_token is not null and d.state = 'READY'"
          + " then 'LEASED' else d.state end, d.attempts, d.available_at from wb_delivery d"
          + " join wb_message m on m.position = d.position"
          + " join wb_queue q on q.id = d.queue_id where q.name in (?, ?, ?)";

  private static final Logger STORE_LOG = Logger.getLogger("dev.waybill.store");

  private QueueStore store;
  private Connection look;
  private int starts;

  /** The URL of a fresh, empty database, the same each time. */
  abstract String url();

  @AfterEach
  void close() throws SQLException {
    STORE_LOG.setLevel(null);
    look.close();
    store.close();
  }

  @Override
  Subject subject(SteppingScheduler time) {
    if (store == null) {
      // Every message that these histories settle as dead would be a line.
      STORE_LOG.setLevel(Level.SEVERE);
      store = open(time);
      look = connect();
    }
    return new Subject() {
      @Override
      public QueueStore store() {
        return store;
      }

      @Override
      public QueueStore restart(Runnable between) {
        store.close();
        between.run();
        store = open(time);
        return store;
      }

      @Override
      public Map<String, String> states(List<QueueName> queues) {
        return look(queues, time.now());
      }
    };
  }

  private QueueStore open(SteppingScheduler time) {
    return QueueStores.open(
        new StoreOptions(
            new StoreOptions.Source.Url(url(), "sa", "", false),
            StoreOptions.SchemaMode.MIGRATE,
            "n1",
            "i" + ++starts,
            true,
            Duration.ofHours(12),
            ReferenceRows.AGEING,
            4,
            time,
            DatabaseModelBasedTest::here));
  }

  private Connection connect() {
    try {
      return DriverManager.getConnection(url(), "sa", "");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object here(Callable<Object> call) {
    try {
      return call.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> look(List<QueueName> queues, Instant now) {
    Map<String, String> states = new TreeMap<>();
    try (PreparedStatement query = look.prepareStatement(LOOK)) {
      for (int i = 0; i < queues.size(); i++) {
        query.setString(i + 1, queues.get(i).toString());
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          states.put(
              rows.getString(1) + "/" + rows.getString(2),
              ModelQueue.state(
                  DeliveryState.valueOf(rows.getString(3)),
                  rows.getInt(4),
                  Instant.EPOCH.plus(rows.getLong(5), ChronoUnit.MICROS),
                  now));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return states;
  }
}
