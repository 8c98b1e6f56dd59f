/** Threads and timers of the container: a real pool, and variants that run only when told. */
package dev.waybill.testkit.work;
