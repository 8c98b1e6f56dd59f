/** The tables: versioned scripts, applied under a lock and checked by their checksums. */
package dev.waybill.core.store.schema;
