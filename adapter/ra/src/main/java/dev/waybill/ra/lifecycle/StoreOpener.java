package dev.waybill.ra.lifecycle;

/** Opens the store, or says why it cannot be opened now. */
@FunctionalInterface
public interface StoreOpener {

  /**
   * Tries once. Runs on a Work, without a transaction.
   *
   * @return the open store
   * @throws StoreNotOpenException why not
   */
  OpenStore open() throws StoreNotOpenException;
}
