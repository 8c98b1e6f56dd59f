/**
 * The examples of docs/cookbook.md, so that they are compiled. What stands between {@code // tag:}
 * with the name of a row and {@code // end} is on the page; a test of adapter/ra compares them, and
 * writes the page with {@code -Dwaybill.docs=write}. Nothing here is executed.
 */
package dev.waybill.sample.cookbook;
