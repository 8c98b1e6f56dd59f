package dev.waybill.core.branch;

import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.model.NewMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The messages of one call, of which those are sent whose deduplication id is new. Used by one
 * thread.
 */
final class FirstSends {

  private final List<NewMessage> messages;
  private final Map<SentId, NewMessage> firsts = new LinkedHashMap<>();
  private final Map<SentId, UUID> before = new HashMap<>();

  FirstSends(List<NewMessage> messages) {
    this.messages = messages;
    for (NewMessage message : messages) {
      SentId id = SentId.of(message);
      if (id != null) {
        firsts.putIfAbsent(id, message);
      }
    }
  }

  /** The ids of which it is not known that they were sent before. */
  Set<SentId> open() {
    return sent().keySet();
  }

  /** Messages that were sent before. */
  void sentBefore(Map<SentId, UUID> known) {
    before.putAll(known);
  }

  /** What is left to send, of that which has a deduplication id. */
  Map<SentId, NewMessage> sent() {
    Map<SentId, NewMessage> left = new LinkedHashMap<>(firsts);
    left.keySet().removeAll(before.keySet());
    return left;
  }

  /** What is left to send; empty if everything was sent before. */
  Optional<List<Operation>> operations() {
    List<Operation> left = new ArrayList<>(messages.size());
    for (NewMessage message : messages) {
      if (idOf(message).equals(message.id())) {
        left.add(new Enqueue(message));
      }
    }
    return left.isEmpty() ? Optional.empty() : Optional.of(left);
  }

  /** For each message its id, or that of the message that was sent in its stead. */
  List<UUID> ids() {
    return messages.stream().map(this::idOf).toList();
  }

  /** Whether no message would be sent twice if the call were made again. */
  boolean mayBeRepeated() {
    return messages.stream().allMatch(message -> message.deduplication() != null);
  }

  private UUID idOf(NewMessage message) {
    SentId id = SentId.of(message);
    if (id == null) {
      return message.id();
    }
    UUID earlier = before.get(id);
    return earlier != null ? earlier : firsts.get(id).id();
  }
}
