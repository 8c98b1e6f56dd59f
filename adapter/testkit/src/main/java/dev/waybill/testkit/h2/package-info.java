/** H2 as a second database of two-phase commits. */
package dev.waybill.testkit.h2;
