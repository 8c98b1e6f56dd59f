/** The rows, as JPA entities with portable mappings. Times are microseconds since 1970 in UTC. */
package dev.waybill.core.store.entity;
