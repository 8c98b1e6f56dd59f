/**
 * The application of the crash test of streams: producers that number their entries by their
 * streams, and a bean that handles them. All it does are rows without a unique key, so that what is
 * done twice is there twice.
 */
package dev.waybill.itests.crash.streams;
