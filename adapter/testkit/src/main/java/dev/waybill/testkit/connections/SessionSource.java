package dev.waybill.testkit.connections;

import com.arjuna.ats.jta.resources.LastResourceCommitOptimisation;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.faults.FaultyDataSource;
import dev.waybill.testkit.faults.FaultyXaResource;
import dev.waybill.testkit.faults.Lifeline;
import dev.waybill.testkit.h2.RecoveringXaDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Where a DataSource of the container takes its database sessions from. */
sealed interface SessionSource {

  /** What happens at the points of the XAResources. */
  Faults faults();

  /** A session that can be enlisted. */
  Session open() throws SQLException;

  /** A connection that is in no transaction. */
  Connection openPlain() throws SQLException;

  /**
   * Sessions of an XA driver. They are closed with whoever opened them, as by the end of a process:
   * MariaDB lets recovery have what is prepared only then. One of H2 that is prepared is never
   * closed, nor left to the garbage collector: that would roll it back, even after recovery has,
   * and then end whatever transaction has its number by now.
   */
  record Xa(
      XADataSource dataSource,
      Faults faults,
      Lifeline lifeline,
      Map<XAConnection, FaultyXaResource> opened)
      implements SessionSource {

    private static final Queue<XAConnection> LEFT_PREPARED = new ConcurrentLinkedQueue<>();

    Xa(XADataSource dataSource, Faults faults, Lifeline lifeline) {
      this(dataSource, faults, lifeline, new ConcurrentHashMap<>());
      lifeline.onCut(this::closeAll);
    }

    @Override
    public Session open() throws SQLException {
      XAConnection connection = connect();
      return new Session(
          connection.getConnection(), opened.get(connection), () -> close(connection));
    }

    @Override
    public Connection openPlain() throws SQLException {
      XAConnection connection = connect();
      return ConnectionHandle.of(connection.getConnection(), () -> close(connection));
    }

    /** A resource that can recover, on a connection of its own. */
    FaultyXaResource openResource() throws SQLException {
      return opened.get(connect());
    }

    private XAConnection connect() throws SQLException {
      requireAlive();
      XAConnection connection = dataSource.getXAConnection();
      opened.put(connection, new FaultyXaResource(connection.getXAResource(), faults, lifeline));
      if (lifeline.isCut()) {
        // Whoever closes all may have missed this one.
        close(connection);
      }
      requireAlive();
      return connection;
    }

    private void requireAlive() throws SQLException {
      if (lifeline.isCut()) {
        throw new SQLException("The container has crashed", "08001");
      }
    }

    private void close(XAConnection connection) {
      FaultyXaResource resource = opened.remove(connection);
      if (resource == null) {
        return;
      }
      if (resource.isPrepared() && isH2()) {
        LEFT_PREPARED.add(connection);
        return;
      }
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("The connection cannot be closed", e);
      }
    }

    private boolean isH2() {
      return dataSource instanceof JdbcDataSource || dataSource instanceof RecoveringXaDataSource;
    }

    void closeAll() {
      opened.keySet().forEach(this::close);
    }
  }

  /** A resource that cannot prepare: the transaction manager commits it last. */
  final class FaultyLastResource extends FaultyXaResource
      implements LastResourceCommitOptimisation {

    private FaultyLastResource(LocalXaResource target, Faults faults, Lifeline lifeline) {
      super(target, faults, lifeline);
    }
  }

  /** Sessions of an ordinary driver. */
  record Local(FaultyDataSource dataSource, Faults faults, Lifeline lifeline)
      implements SessionSource {

    @Override
    public Session open() throws SQLException {
      Connection connection = dataSource.getConnection();
      return new Session(
          connection,
          new FaultyLastResource(new LocalXaResource(connection), faults, lifeline),
          () -> close(connection));
    }

    private static void close(Connection connection) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("The connection cannot be closed", e);
      }
    }

    @Override
    public Connection openPlain() throws SQLException {
      return dataSource.getConnection();
    }
  }
}
