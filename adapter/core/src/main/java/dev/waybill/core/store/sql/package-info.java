/**
 * The way to the database: the persistence unit, transactions and what their failures mean, one
 * small class per database, the joined connection, and durable commits.
 */
package dev.waybill.core.store.sql;
