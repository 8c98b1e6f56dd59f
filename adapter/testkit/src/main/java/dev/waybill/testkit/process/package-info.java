/** Runs database servers beside tests: as another user than root, ended with this process. */
package dev.waybill.testkit.process;
