package dev.waybill.testkit.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.testkit.SimulatedContainer;
import dev.waybill.testkit.TinyAdapter;
import dev.waybill.testkit.faults.Fault;
import dev.waybill.testkit.faults.FaultAction;
import dev.waybill.testkit.faults.FaultPoint;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyDataSource;
import dev.waybill.testkit.faults.FaultyXaResource;
import dev.waybill.testkit.faults.RecordingXaResource;
import dev.waybill.testkit.transactions.RecoveryReport;
import jakarta.transaction.Synchronization;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnlistingDataSourceTest {

  private final SimulatedContainer container = SimulatedContainer.threaded(2);
  private final JdbcDataSource h2 = new JdbcDataSource();

  @BeforeEach
  void start() throws Exception {
    h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    execute(h2, "create table item (name varchar(20))");
    container.start(new TinyAdapter());
  }

  @AfterEach
  void stop() throws SQLException {
    container.close();
    execute(h2, "shutdown");
  }

  private EnlistingDataSource define(boolean xa) {
    return xa
        ? container.xaDataSource("jdbc/app", h2)
        : container.localDataSource("jdbc/app", container.faulty(h2));
  }

  @SuppressWarnings("BanJNDI") // the names are the test's own
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void handlesOfOneTransactionShareASessionWithAutoCommitOff(boolean xa) throws Exception {
    DataSource dataSource = define(xa);
    assertThat(new InitialContext().lookup("jdbc/app")).isSameAs(dataSource);
    container
        .transactions()
        .inTransaction(
            () -> {
              assertThat(session(dataSource)).isEqualTo(session(dataSource));
              try (Connection connection = dataSource.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
                assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
              }
              assertThat(container.transactions().enlisted()).hasSize(1);
              return null;
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsCommitOrRollBackWithTheTransaction(boolean xa) throws Exception {
    DataSource dataSource = define(xa);
    container.transactions().inTransaction(() -> insert(dataSource, "kept"));
    assertThatThrownBy(
            () ->
                container
                    .transactions()
                    .inTransaction(
                        () -> {
                          insert(dataSource, "dropped");
                          throw new IllegalStateException("no");
                        }))
        .hasMessage("no");
    assertThat(names()).containsExactly("kept");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutATransactionEachConnectionCommitsByItself(boolean xa) throws Exception {
    DataSource dataSource = define(xa);
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.getAutoCommit()).isTrue();
    }
    insert(dataSource, "kept");
    assertThat(names()).containsExactly("kept");
  }

  @Test
  void theSessionsOfATwoPhaseCommitAreClosed() throws Exception {
    DataSource one = define(true);
    DataSource other = container.xaDataSource("jdbc/other", h2);
    container
        .transactions()
        .inTransaction(
            () -> {
              insert(one, "one");
              insert(other, "other");
              return null;
            });
    assertThat(names()).containsExactlyInAnyOrder("one", "other");
    try (Connection connection = h2.getConnection();
        Statement statement = connection.createStatement();
        ResultSet open =
            statement.executeQuery("select count(*) from information_schema.sessions")) {
      open.next();
      assertThat(open.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void insideBeforeCompletionNothingIsEnlisted() throws Exception {
    DataSource dataSource = define(true);
    List<Boolean> autoCommit = new ArrayList<>();
    container
        .transactions()
        .inTransaction(
            () -> {
              container
                  .transactions()
                  .registry()
                  .registerInterposedSynchronization(
                      new Synchronization() {
                        @Override
                        public void beforeCompletion() {
                          try (Connection connection = dataSource.getConnection()) {
                            autoCommit.add(connection.getAutoCommit());
                          } catch (SQLException e) {
                            throw new IllegalStateException(e);
                          }
                        }

                        @Override
                        public void afterCompletion(int status) {}
                      });
              return insert(dataSource, "kept");
            });
    assertThat(autoCommit).containsExactly(true);
  }

  @Test
  void aSecondDataSourceWithoutXaIsRefused() throws Exception {
    DataSource first = define(false);
    DataSource second = container.localDataSource("jdbc/other", container.faulty(h2));
    container
        .transactions()
        .inTransaction(
            () -> {
              insert(first, "kept");
              assertThatThrownBy(() -> insert(second, "refused"))
                  .isInstanceOf(SQLException.class)
                  .hasMessageContaining("cannot add more resources");
              return null;
            });
    assertThat(names()).containsExactly("kept");
  }

  @Test
  void autoCommitReadsTrueWhereAsked() throws Exception {
    DataSource dataSource = define(false).withAutoCommitReadingTrue();
    container
        .transactions()
        .inTransaction(
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
              }
              return insert(dataSource, "kept");
            });
    assertThat(names()).containsExactly("kept");
  }

  @Test
  void whatWasDecidedBeforeACrashIsCommittedByRecovery() throws Exception {
    DataSource dataSource = define(true);
    RecordingXaResource other = new RecordingXaResource();
    assertThat(crashAt(FaultPoint.BEFORE_COMMIT, dataSource, other)).isTrue();
    assertThat(container.transactions().log().size()).isEqualTo(1);
    assertThat(recoverInANewContainer().committed()).isEqualTo(1);
    assertThat(names()).containsExactly("row");
    assertThat(container.transactions().log().size()).isZero();
  }

  @Test
  void whatWasNotDecidedBeforeACrashIsRolledBackByRecovery() throws Exception {
    DataSource dataSource = define(true);
    RecordingXaResource other = new RecordingXaResource();
    assertThat(crashAt(FaultPoint.AFTER_PREPARE, dataSource, other)).isTrue();
    assertThat(recoverInANewContainer().rolledBack()).isEqualTo(1);
    assertThat(names()).isEmpty();
    assertThat(container.transactions().log().size()).isZero();
  }

  private RecoveryReport recoverInANewContainer() throws Exception {
    container.awaitDeath();
    try (SimulatedContainer next = SimulatedContainer.threaded(1)) {
      next.start(new TinyAdapter());
      next.xaDataSource("jdbc/app", h2);
      return next.recover();
    }
  }

  /** The second resource has the fault, so that the first is prepared when it happens. */
  private boolean crashAt(FaultPoint point, DataSource dataSource, RecordingXaResource other) {
    Faults faults = new Faults();
    Fault fault = faults.arm(point, 1, container::crash);
    try {
      container
          .transactions()
          .inTransaction(
              () -> {
                boolean first = point == FaultPoint.BEFORE_COMMIT;
                FaultyXaResource faulty = new FaultyXaResource(other, faults, container.lifeline());
                if (first) {
                  container.transactions().current().enlistResource(faulty);
                }
                insert(dataSource, "row");
                if (!first) {
                  container.transactions().current().enlistResource(faulty);
                }
                return null;
              });
    } catch (Exception e) {
      return fault.hasFired();
    }
    return fault.hasFired();
  }

  @Test
  void aConnectionLostBeforeCommitLosesTheRow() throws Exception {
    assertThatThrownBy(() -> insertAndLose(FaultPoint.BEFORE_SQL_COMMIT))
        .isInstanceOf(SQLException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void aConnectionLostAfterCommitKeepsTheRow() throws Exception {
    assertThatThrownBy(() -> insertAndLose(FaultPoint.AFTER_SQL_COMMIT))
        .isInstanceOf(SQLException.class);
    assertThat(names()).containsExactly("row");
  }

  @Test
  void aStatementCanFailToo() throws Exception {
    assertThatThrownBy(() -> insertAndLose(FaultPoint.BEFORE_STATEMENT))
        .isInstanceOf(SQLException.class);
    assertThat(names()).isEmpty();
  }

  private void insertAndLose(FaultPoint point) throws SQLException {
    FaultyDataSource dataSource = container.faulty(h2);
    dataSource.faults().arm(point, 1, FaultAction.connectionLost());
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("insert into item values ('row')");
      connection.commit();
    }
  }

  private static Object insert(DataSource dataSource, String name) throws SQLException {
    execute(dataSource, "insert into item values ('" + name + "')");
    return null;
  }

  private static void execute(DataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int session(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select session_id()")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private List<String> names() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = h2.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select name from item")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
