/** What the adapter needs of the API at run time. Applications have no use for it. */
package dev.waybill.api.spi;
