/**
 * A container without a server: it starts a resource adapter, runs its work, delivers to plain
 * listener objects in real transactions, can crash and recover, and checks that the adapter keeps
 * the contract of Jakarta Connectors 2.1. It behaves as real servers were seen to behave.
 */
package dev.waybill.testkit;
