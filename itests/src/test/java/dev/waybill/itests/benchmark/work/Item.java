package dev.waybill.itests.benchmark.work;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * A message of the standard work.
 *
 * @param number from 1
 * @param id its identity
 * @param body 1 KiB of JSON
 * @param priority 0 to 9
 * @param delayMicros after the start of the run
 * @param key its ordering key; null for none
 */
public record Item(long number, UUID id, byte[] body, int priority, long delayMicros, Long key) {

  /** How many ordering keys there are. */
  public static final int KEYS = 1_000;

  private static final int BODY_BYTES = 1_024;
  private static final int SECOND = 1_000_000;

  /** The messages of one run. */
  public static List<Item> all(int count, Mix mix, long seed) {
    Random random = new Random(seed);
    List<Item> items = new ArrayList<>(count);
    for (int number = 1; number <= count; number++) {
      items.add(one(number, mix, random));
    }
    return items;
  }

  private static Item one(int number, Mix mix, Random random) {
    boolean mixed = mix == Mix.MIXED;
    return new Item(
        number,
        new UUID(random.nextLong(), random.nextLong()),
        body(number, random.nextInt(10_000)),
        mixed ? random.nextInt(10) : 4,
        mixed && random.nextInt(10) == 0 ? random.nextInt(SECOND) : 0,
        mix == Mix.KEYED ? Long.valueOf(random.nextInt(KEYS)) : null);
  }

  private static byte[] body(int number, int amount) {
    String head = "{\"amount\":" + amount + ",\"order\":" + number + ",\"note\":\"";
    return (head + "x".repeat(BODY_BYTES - head.length() - 2) + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads what the consumer books from a body. */
  public static int amount(byte[] body) {
    int amount = 0;
    for (int i = "{\"amount\":".length(); body[i] != ','; i++) {
      amount = amount * 10 + body[i] - '0';
    }
    return amount;
  }
}
