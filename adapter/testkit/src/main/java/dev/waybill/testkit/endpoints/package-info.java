/** Message endpoints around plain listener objects, with the transactions of real servers. */
package dev.waybill.testkit.endpoints;
