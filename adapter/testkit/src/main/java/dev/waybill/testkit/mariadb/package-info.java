/** A MariaDB server for tests, from the programs installed on the machine. */
package dev.waybill.testkit.mariadb;
