package dev.waybill.itests.story.app;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the test beans saw, whether or not their transaction committed. Kept in memory: the tests
 * run in the same application.
 */
public final class Sightings {

  private static final Map<String, List<String>> SEEN = new ConcurrentHashMap<>();

  private Sightings() {}

  /** Notes that something was seen. */
  public static void add(String name, Object what) {
    SEEN.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(String.valueOf(what));
  }

  /** What was seen under a name, in order. */
  public static List<String> of(String name) {
    return List.copyOf(SEEN.getOrDefault(name, List.of()));
  }
}
