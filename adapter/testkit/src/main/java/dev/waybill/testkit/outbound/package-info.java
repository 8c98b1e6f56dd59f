/** The connection manager between an adapter's connection factories and its connections. */
package dev.waybill.testkit.outbound;
