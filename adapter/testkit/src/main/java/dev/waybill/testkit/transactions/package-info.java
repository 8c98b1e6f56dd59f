/** Transactions of the container: Narayana, its log, and recovery when told. */
package dev.waybill.testkit.transactions;
