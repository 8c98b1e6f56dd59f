/**
 * Rows: the JPA entities, the persistence unit built in code, the schema scripts and one small
 * class per database. The only package that knows JPA and {@code java.sql}.
 */
package dev.waybill.core.store;
