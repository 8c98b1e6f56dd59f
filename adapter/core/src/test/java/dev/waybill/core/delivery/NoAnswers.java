package dev.waybill.core.delivery;

import dev.waybill.core.model.Awaiter;
import dev.waybill.core.store.Answers;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Of a store whose messages nobody settles anywhere else. */
final class NoAnswers implements Answers {

  @Override
  public Awaiter awaiter(String group, Instant until) {
    return new Awaiter("here", group, until);
  }

  @Override
  public boolean isHere(Awaiter awaiter) {
    return awaiter.incarnation().equals("here");
  }

  @Override
  public List<Given> given(int limit) {
    return List.of();
  }

  @Override
  public void handedOver(Collection<UUID> messageIds) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Settled> settled(Collection<UUID> messageIds) {
    return List.of();
  }

  @Override
  public Set<UUID> kept(Collection<UUID> messageIds) {
    return Set.copyOf(messageIds);
  }
}
