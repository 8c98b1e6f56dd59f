/** Named points at which a test lets something fail, crash or wait. */
package dev.waybill.testkit.faults;
