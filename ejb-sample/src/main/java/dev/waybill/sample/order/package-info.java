/** Orders: what one is, how it is placed, how it is looked up. */
package dev.waybill.sample.order;
