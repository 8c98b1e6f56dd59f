/** A PostgreSQL server for tests, benchmarks and crash tests, from the class path. */
package dev.waybill.testkit.postgres;
