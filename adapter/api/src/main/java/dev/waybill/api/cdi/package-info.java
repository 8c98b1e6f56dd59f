/**
 * Injection by Jakarta Contexts and Dependency Injection, beside {@code @Resource}: a portable
 * extension makes beans for {@link dev.waybill.api.cdi.Queue}.
 */
package dev.waybill.api.cdi;
