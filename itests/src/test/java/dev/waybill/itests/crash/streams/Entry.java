package dev.waybill.itests.crash.streams;

import dev.waybill.api.OutgoingMessage;

/**
 * What a producer has to tell, as a message carries it. Its number is the producer's own count: the
 * message's sequence is not asked.
 *
 * @param stream whose entry it is
 * @param number which one, from 1
 */
record Entry(String stream, long number) {

  static final String ENTRIES = "crash:entries";

  static Entry parse(String text) {
    String[] words = text.split(" ", 2);
    return new Entry(words[0], Long.parseLong(words[1]));
  }

  OutgoingMessage message() {
    return OutgoingMessage.to(ENTRIES).text(stream + " " + number).build();
  }
}
