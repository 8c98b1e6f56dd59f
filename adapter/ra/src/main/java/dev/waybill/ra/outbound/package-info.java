/**
 * Producers and receivers as the container sees them: the managed connection factory, its
 * connections, and the connection factory that applications inject (Jakarta Connectors 2.1,
 * chapters 6 and 7).
 */
package dev.waybill.ra.outbound;
