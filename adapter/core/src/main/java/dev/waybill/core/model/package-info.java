/** The words of the queue: names, messages, leases, retry policies, outcomes and the clock. */
package dev.waybill.core.model;
