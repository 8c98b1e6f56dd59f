/** DataSources of the container that enlist in the current transaction. */
package dev.waybill.testkit.connections;
