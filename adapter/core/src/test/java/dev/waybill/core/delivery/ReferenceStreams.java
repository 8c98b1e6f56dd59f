package dev.waybill.core.delivery;

import dev.waybill.api.QueueException;
import dev.waybill.core.branch.BranchId;
import dev.waybill.core.branch.Operation;
import dev.waybill.core.branch.Operation.Mark;
import dev.waybill.core.branch.StreamRefusedException;
import dev.waybill.core.branch.StreamState;
import dev.waybill.core.branch.StreamState.Pending;
import dev.waybill.core.branch.StreamStore;
import dev.waybill.core.delivery.ReferenceRows.Row;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.QueueName;
import dev.waybill.core.model.StateMachine;
import dev.waybill.core.model.StreamPlace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The streams of producers and their watermarks, without a database. */
final class ReferenceStreams implements StreamStore {

  private static final class Stream {
    private long incarnation;
    private long last;
    private BranchId branch;
    private Pending pending = Pending.NONE;
    private int inBranch;
  }

  private record Reader(QueueName queue, String producerId) {}

  private final ReferenceRows rows;
  private final Map<String, Stream> streams = new HashMap<>();
  private final Map<Reader, Long> marks = new HashMap<>();

  ReferenceStreams(ReferenceRows rows) {
    this.rows = rows;
  }

  static List<NewMessage> sends(List<Operation> operations) {
    return operations.stream()
        .filter(Operation.Enqueue.class::isInstance)
        .map(each -> ((Operation.Enqueue) each).message())
        .toList();
  }

  private static List<Mark> marks(List<Operation> operations) {
    return operations.stream().filter(Mark.class::isInstance).map(Mark.class::cast).toList();
  }

  @Override
  public StreamState takeOver(String producerId) {
    Stream stream = streams.computeIfAbsent(producerId, any -> new Stream());
    if (stream.pending == Pending.UNDECIDED) {
      throw StreamRefusedException.undecided(producerId);
    }
    stream.incarnation++;
    return state(producerId, false);
  }

  @Override
  public Map<String, StreamState> look(Collection<String> producerIds, boolean counting) {
    Map<String, StreamState> states = new HashMap<>();
    for (String id : producerIds) {
      if (streams.containsKey(id)) {
        states.put(id, state(id, counting));
      }
    }
    return states;
  }

  private StreamState state(String producerId, boolean counting) {
    Stream stream = streams.get(producerId);
    TreeSet<Long> owed = new TreeSet<>();
    for (Row row : rows.rows) {
      if (producerId.equals(row.message.producerId())
          && row.message.deadLetter() == null
          && !StateMachine.isFinal(row.state)) {
        owed.add(row.message.sequence());
      }
    }
    long released = stream.last - (stream.pending == Pending.UNRELEASED ? stream.inBranch : 0);
    long acknowledged = owed.isEmpty() ? released : owed.first() - 1;
    long unsettled = counting ? owed.size() + stream.last - released : stream.last - acknowledged;
    return new StreamState(
        stream.incarnation, stream.last, stream.pending, acknowledged, unsettled);
  }

  /** Refuses messages that are not the next of their streams, or not their owner's. */
  void requireNext(List<Operation> operations) {
    Map<String, Long> seen = new HashMap<>();
    for (NewMessage message : sends(operations)) {
      StreamPlace place = message.stream();
      if (place != null) {
        Stream stream = streams.get(place.producerId());
        if (stream.incarnation != place.incarnation()) {
          throw StreamRefusedException.fenced(place.producerId());
        }
        if (stream.branch != null) {
          throw StreamRefusedException.unreleased(place.producerId());
        }
        if (place.sequence() != seen.getOrDefault(place.producerId(), stream.last) + 1) {
          throw StreamRefusedException.moved(place.producerId());
        }
        seen.put(place.producerId(), place.sequence());
      }
    }
  }

  /** Streams go on; in a branch that is in doubt, or for good if that is null. */
  void advance(List<Operation> operations, BranchId inDoubt) {
    for (NewMessage message : sends(operations)) {
      if (message.stream() != null) {
        Stream stream = streams.get(message.stream().producerId());
        if (inDoubt == null) {
          stream.last++;
        } else {
          stream.branch = inDoubt;
          stream.pending = Pending.UNDECIDED;
          stream.inBranch++;
        }
      }
    }
  }

  void committed(BranchId branch) {
    for (Stream stream : streams.values()) {
      if (branch.equals(stream.branch)) {
        stream.pending = Pending.UNRELEASED;
        stream.last += stream.inBranch;
      }
    }
  }

  /** It is rolled back, or released. */
  void over(BranchId branch) {
    for (Stream stream : streams.values()) {
      if (branch.equals(stream.branch)) {
        stream.branch = null;
        stream.pending = Pending.NONE;
        stream.inBranch = 0;
      }
    }
  }

  boolean isMarked(Mark mark) {
    return marks.getOrDefault(reader(mark), 0L) >= mark.sequence();
  }

  /** Refuses marks that were reached before; of several in a branch each is compared by itself. */
  void requireUnmarked(List<Operation> operations) {
    for (Mark mark : marks(operations)) {
      if (isMarked(mark)) {
        throw new QueueException(QueueException.Kind.CONFLICT, mark + " was recorded before");
      }
    }
  }

  void mark(List<Operation> operations) {
    marks(operations).forEach(mark -> marks.merge(reader(mark), mark.sequence(), Math::max));
  }

  private static Reader reader(Mark mark) {
    return new Reader(mark.queue(), mark.producerId());
  }
}
