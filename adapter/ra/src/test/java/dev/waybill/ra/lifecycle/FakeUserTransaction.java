package dev.waybill.ra.lifecycle;

import jakarta.transaction.UserTransaction;

/** A transaction that only knows whether it is active. */
final class FakeUserTransaction implements UserTransaction {

  private boolean active;
  private int begun;

  boolean isActive() {
    return active;
  }

  int begun() {
    return begun;
  }

  @Override
  public void begin() {
    active = true;
    begun++;
  }

  @Override
  public void rollback() {
    active = false;
  }

  @Override
  public void commit() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setRollbackOnly() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getStatus() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setTransactionTimeout(int seconds) {
    throw new UnsupportedOperationException();
  }
}
