/**
 * The queue's part of a transaction, kept as data: operations, the three kinds of branch that carry
 * them, and the port through which they are written.
 */
package dev.waybill.core.branch;
