/**
 * The application of the crash test: places orders, handles them, ships them. All it does are rows
 * without a unique key, so that what is done twice is there twice.
 */
package dev.waybill.itests.crash.app;
