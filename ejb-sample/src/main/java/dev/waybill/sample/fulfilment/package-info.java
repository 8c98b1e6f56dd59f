/** What happens to a placed order: four message-driven beans, each step in its own transaction. */
package dev.waybill.sample.fulfilment;
