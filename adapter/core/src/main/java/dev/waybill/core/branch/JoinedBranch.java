package dev.waybill.core.branch;

import java.util.List;

/** Placeholder while ports settle. */
public final class JoinedBranch implements Branch {
  @Override
  public void add(List<Operation> operations) {
    throw new IllegalStateException();
  }
}
