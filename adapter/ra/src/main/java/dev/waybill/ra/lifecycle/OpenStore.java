package dev.waybill.ra.lifecycle;

import dev.waybill.core.store.QueueStore;

/**
 * A store that is open, and how transactions reach it.
 *
 * @param store the store
 * @param joined whether operations are written on the connection of the caller's transaction
 * @param why why it is that path, for people
 */
public record OpenStore(QueueStore store, boolean joined, String why) {

  /** The path and why, as log lines say it. */
  public String path() {
    return (joined ? "joined path" : "xa path") + " (" + why + ")";
  }
}
