/** Places the orders of a bundled file, in the background and in chunks. */
package dev.waybill.sample.bulk;
