package dev.waybill.core.model;

import java.util.concurrent.ThreadLocalRandom;

/** Seeds of random tests: the system property {@code seed} if it is given, else drawn. */
public final class Seeds {

  private Seeds() {}

  /** A seed; print it with every failure. */
  public static long next() {
    String given = System.getProperty("seed", "");
    return given.isBlank() ? ThreadLocalRandom.current().nextLong() : Long.parseLong(given.trim());
  }

  /** Whether the seed is prescribed. */
  public static boolean given() {
    return !System.getProperty("seed", "").isBlank();
  }
}
