package dev.waybill.testkit.connections;

import java.sql.Connection;
import javax.transaction.xa.XAResource;

/**
 * A database session that can take part in a transaction.
 *
 * @param connection the connection
 * @param resource enlists it
 * @param close gives it back
 */
record Session(Connection connection, XAResource resource, Runnable close) {}
