package dev.waybill.testkit.adapter;

import dev.waybill.testkit.faults.Fault;
import dev.waybill.testkit.faults.FaultAction;
import dev.waybill.testkit.faults.FaultPoint;
import dev.waybill.testkit.faults.Faults;
import dev.waybill.testkit.transactions.SimulatedTransactions;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * One cell of the matrix.
 *
 * @param path how the delivery commits
 * @param behaviour how the bean's first call ends
 * @param kind what fails after it
 */
record FaultCase(CommitPath path, Behaviour behaviour, Kind kind) {

  /** How the bean's first call ends. */
  enum Behaviour {
    RETURNS,
    THROWS_RUNTIME_EXCEPTION,
    SETS_ROLLBACK_ONLY,
    THROWS_CHECKED_EXCEPTION;

    void end(SimulatedTransactions transactions) throws Exception {
      switch (this) {
        case RETURNS -> {}
        case THROWS_RUNTIME_EXCEPTION -> throw new IllegalStateException("meant to fail");
        case SETS_ROLLBACK_ONLY -> transactions.manager().setRollbackOnly();
        case THROWS_CHECKED_EXCEPTION -> throw new IOException("meant to fail");
      }
    }
  }

  /** What fails. */
  enum Kind {
    APPLICATION_CRASH_BEFORE_PREPARE(FaultPoint.BEFORE_PREPARE),
    APPLICATION_CRASH_AFTER_PREPARE(FaultPoint.AFTER_PREPARE),
    APPLICATION_CRASH_BEFORE_ROLLBACK(FaultPoint.BEFORE_ROLLBACK),
    APPLICATION_CRASH_AFTER_ROLLBACK(FaultPoint.AFTER_ROLLBACK),
    APPLICATION_CRASH_BEFORE_COMMIT(FaultPoint.BEFORE_COMMIT),
    APPLICATION_CRASH_AFTER_COMMIT(FaultPoint.AFTER_COMMIT),
    CRASH_BEFORE_PREPARE(FaultPoint.BEFORE_PREPARE),
    CRASH_AFTER_PREPARE(FaultPoint.AFTER_PREPARE),
    CRASH_BEFORE_COMMIT(FaultPoint.BEFORE_COMMIT),
    CRASH_AFTER_COMMIT(FaultPoint.AFTER_COMMIT),
    CRASH_BEFORE_ROLLBACK(FaultPoint.BEFORE_ROLLBACK),
    CRASH_AFTER_ROLLBACK(FaultPoint.AFTER_ROLLBACK),
    CRASH_BEFORE_SQL_COMMIT(FaultPoint.BEFORE_SQL_COMMIT),
    CRASH_AFTER_SQL_COMMIT(FaultPoint.AFTER_SQL_COMMIT),
    CONNECTION_LOST_BEFORE_SQL_COMMIT(FaultPoint.BEFORE_SQL_COMMIT),
    CONNECTION_LOST_AFTER_SQL_COMMIT(FaultPoint.AFTER_SQL_COMMIT),
    CONNECTION_LOST_BEFORE_SECOND_SQL_COMMIT(FaultPoint.BEFORE_SQL_COMMIT),
    CONNECTION_LOST_AFTER_SECOND_SQL_COMMIT(FaultPoint.AFTER_SQL_COMMIT),
    CONNECTION_LOST_BEFORE_SQL_COMMIT_OF_ROLLBACK(FaultPoint.BEFORE_SQL_COMMIT),
    CONNECTION_LOST_AFTER_SQL_COMMIT_OF_ROLLBACK(FaultPoint.AFTER_SQL_COMMIT),
    CONNECTION_LOST_AT_A_STATEMENT(FaultPoint.BEFORE_STATEMENT);

    private final FaultPoint point;

    Kind(FaultPoint point) {
      this.point = point;
    }

    boolean isSql() {
      return ordinal() >= CRASH_BEFORE_SQL_COMMIT.ordinal();
    }

    /** Whether the resource of the application has the fault, not the queue's. */
    boolean isOfApplication() {
      return ordinal() <= APPLICATION_CRASH_AFTER_COMMIT.ordinal();
    }

    /** The second phase of a two-phase commit: the first SQL commit is that of the prepare. */
    boolean isSecond() {
      return this == CONNECTION_LOST_BEFORE_SECOND_SQL_COMMIT
          || this == CONNECTION_LOST_AFTER_SECOND_SQL_COMMIT
          || isRollbackOfPrepared();
    }

    boolean isRollbackOfPrepared() {
      return this == CONNECTION_LOST_BEFORE_SQL_COMMIT_OF_ROLLBACK
          || this == CONNECTION_LOST_AFTER_SQL_COMMIT_OF_ROLLBACK;
    }

    boolean isCrash() {
      return ordinal() < CONNECTION_LOST_BEFORE_SQL_COMMIT.ordinal();
    }
  }

  static Stream<FaultCase> all() {
    return Arrays.stream(CommitPath.values())
        .flatMap(
            path ->
                Arrays.stream(Behaviour.values())
                    .flatMap(
                        behaviour ->
                            Arrays.stream(Kind.values())
                                .map(kind -> new FaultCase(path, behaviour, kind))))
        .filter(FaultCase::makesSense);
  }

  /** Leaves out what is never reached: a commit after a failure, a prepare on the joined path. */
  private boolean makesSense() {
    if (!kind.isSql() && (behaviour == Behaviour.RETURNS) == isRollback() && !needsVeto()) {
      return false;
    }
    if (kind.isOfApplication() || kind.isSecond()) {
      boolean reached = behaviour == Behaviour.RETURNS || (isRollback() && !kind.isSecond());
      return path == CommitPath.XA && reached;
    }
    return switch (path) {
      case XA -> true;
      case JOINED -> !isPrepare();
      case JOINED_XA -> !kind.isSql() && (!isPrepare() || needsVeto());
      case JOINED_HIDDEN -> false;
      case LOCAL -> kind.isSql() && behaviour != Behaviour.SETS_ROLLBACK_ONLY;
    };
  }

  private boolean isPrepare() {
    return kind.point == FaultPoint.BEFORE_PREPARE || kind.point == FaultPoint.AFTER_PREPARE;
  }

  private boolean isRollback() {
    return kind.point == FaultPoint.BEFORE_ROLLBACK
        || kind.point == FaultPoint.AFTER_ROLLBACK
        || kind.isRollbackOfPrepared();
  }

  /** A transaction that would commit is rolled back only if another resource refuses. */
  boolean needsVeto() {
    return behaviour == Behaviour.RETURNS && isRollback();
  }

  Fault arm(WaybillServer server) {
    FaultAction action = kind.isCrash() ? server.container::crash : FaultAction.connectionLost();
    return faults(server).armForThisThread(kind.point, kind.isSecond() ? 2 : 1, action);
  }

  private Faults faults(WaybillServer server) {
    if (kind.isSql()) {
      return server.queueDriver.faults();
    }
    return kind.isOfApplication() ? server.application.faults() : server.resourceFaults();
  }

  @Override
  public String toString() {
    return path + ": bean " + behaviour + ", " + kind;
  }
}
