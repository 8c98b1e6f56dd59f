package dev.waybill.core.branch;

import dev.waybill.api.MessageStream.Sent;
import dev.waybill.api.OutgoingMessage;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.core.branch.Operation.Enqueue;
import dev.waybill.core.branch.StreamState.Pending;
import dev.waybill.core.model.DurationText;
import dev.waybill.core.model.NewMessage;
import dev.waybill.core.model.StreamPlace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The stream of a producer, in the hands of its owner. One transaction at a time sends in it, and
 * its row decides whether it may: what is remembered here only saves looks. Thread-safe.
 */
public final class StreamSender {

  private static final int TRIES = 3;
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  private final Streams streams;
  private final String producerId;
  private final long incarnation;
  private final int maxOutstanding;
  private final Spread spread;
  // What follows is guarded by this; a use in turn belongs to the thread that is calling.
  private StreamState known;
  private Use use;
  private boolean closed;

  /** A transaction, or a call without one, that sends in the stream. */
  private static final class Use {
    private final Object transaction;
    private boolean calling = true;
    private StreamState state;
    private long last;
    private int sent;
    private boolean over;

    Use(Object transaction) {
      this.transaction = transaction;
    }

    long lastSequence() {
      return sent > 0 ? last : state.lastSequence();
    }

    void sent(long sequence) {
      last = sequence;
      sent++;
    }
  }

  StreamSender(Streams streams, String producerId, StreamState taken, int maxOutstanding) {
    this.streams = streams;
    this.producerId = producerId;
    this.incarnation = taken.incarnation();
    this.maxOutstanding = maxOutstanding;
    this.known = taken;
    this.spread = new Spread(taken.lastSequence());
  }

  /** Whose stream it is. */
  public String producerId() {
    return producerId;
  }

  /** The last sequence that is committed. */
  public long lastSequence() {
    return look(false).lastSequence();
  }

  /** The highest sequence of which all up to it are settled. */
  public long lastAcknowledged() {
    return look(false).lastAcknowledged();
  }

  /** Takes no more messages. */
  public synchronized void close() {
    closed = true;
  }

  /**
   * Sends a message with the next sequence.
   *
   * @param wanted its sequence, where the caller says which; one that was sent before is dropped
   * @param message what to send
   * @param wait how long to wait for room at most
   * @param enlist see {@link CurrentBranch#forSend}
   * @return its sequence, and its id unless it was dropped
   * @throws QueueException nothing was sent, but as for {@link LocalBranch#add}
   */
  public Sent send(
      OptionalLong wanted, OutgoingMessage message, Duration wait, Supplier<XaBranch> enlist) {
    if (wait == null || wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
      throw invalid("it cannot wait " + wait + " for room. Give 0s to 24h.");
    }
    if (wanted.isPresent() && wanted.getAsLong() < 1) {
      throw invalid("sequence " + wanted.getAsLong() + " is none. The first is 1.");
    }
    long end = System.nanoTime() + wait.toNanos();
    NewMessage encoded = streams.encode(producerId, message);
    Branch branch = streams.branches().forSend(enlist);
    boolean alone = branch instanceof LocalBranch;
    Use mine = begin(alone ? null : streams.branches().transaction().key(), wait, end);
    try {
      for (int tries = 1; ; tries++) {
        long sequence = awaitTurn(mine, wanted, wait, end);
        if (sequence <= mine.lastSequence()) {
          return new Sent(sequence, Optional.empty());
        }
        Enqueue send = new Enqueue(encoded.at(new StreamPlace(producerId, incarnation, sequence)));
        spread.sent(encoded.queue(), sequence);
        if (!alone) {
          sendInTransaction(mine, branch, send, sequence);
          return new Sent(sequence, Optional.of(encoded.id()));
        }
        if (sendAlone(mine, branch, send, tries < TRIES, wanted.isPresent())) {
          return new Sent(sequence, Optional.of(encoded.id()));
        }
      }
    } finally {
      end(mine);
    }
  }

  private void sendInTransaction(Use mine, Branch branch, Enqueue send, long sequence) {
    if (mine.sent == 0) {
      streams.branches().transaction().afterCompletion(committed -> completed(mine));
    }
    branch.add(List.of(send));
    mine.sent(sequence);
  }

  /** Whether it was sent; else what was known of the stream was wrong. */
  private boolean sendAlone(
      Use mine, Branch branch, Enqueue send, boolean mayRetry, boolean repeatable) {
    long sequence = send.message().stream().sequence();
    StreamState before = mine.state;
    know(null);
    try {
      branch.add(List.of(send));
    } catch (StreamRefusedException e) {
      if (!mayRetry || e.kind() == Kind.CONFLICT) {
        throw e;
      }
      mine.state = owned(look(false));
      return false;
    } catch (UndecidedException e) {
      throw new QueueException(
          Kind.UNAVAILABLE,
          e.getMessage()
              + " The message is sequence "
              + sequence
              + " of the stream of producer \""
              + producerId
              + "\": sent again with send("
              + sequence
              + ", …) it is sent once.",
          e,
          repeatable);
    }
    know(
        new StreamState(
            incarnation,
            sequence,
            Pending.NONE,
            before.lastAcknowledged(),
            before.unsettled() + 1));
    return true;
  }

  // ---- whose turn it is

  private synchronized void know(StreamState state) {
    known = state;
  }

  private Use begin(Object transaction, Duration wait, long end) {
    try {
      return take(transaction, wait, end);
    } catch (StreamRefusedException e) {
      // Whoever has lost the stream to another owner need not wait for those before him.
      owned(look(false));
      throw e;
    }
  }

  /** One transaction at a time, and calls without one after each other. */
  private synchronized Use take(Object transaction, Duration wait, long end) {
    if (closed) {
      throw new QueueException(
          Kind.CONFLICT,
          "The stream of producer \""
              + producerId
              + "\" is closed. Nothing was sent. Open it again with stream(…).");
    }
    while (use != null && (use.transaction == null || !use.transaction.equals(transaction))) {
      if (use.transaction != null) {
        throw StreamRefusedException.undecided(producerId);
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (millis <= 0) {
        throw StreamRefusedException.busy(producerId, wait);
      }
      try {
        wait(millis);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    if (use == null) {
      use = new Use(transaction);
      use.state = transaction == null ? known : null;
    }
    use.calling = true;
    return use;
  }

  private synchronized void end(Use mine) {
    mine.calling = false;
    if (use == mine && (mine.transaction == null || mine.sent == 0 || mine.over)) {
      use = null;
    }
    notifyAll();
  }

  /** Whether it committed the rows say: what was known is worth nothing. */
  private synchronized void completed(Use mine) {
    known = null;
    mine.over = true;
    if (use == mine && !mine.calling) {
      use = null;
    }
    notifyAll();
  }

  // ---- the window

  /** Waits until a message may be sent; its sequence, or one that was sent before. */
  private long awaitTurn(Use mine, OptionalLong wanted, Duration wait, long end) {
    boolean looked = false;
    if (mine.state == null) {
      mine.state = owned(look(false));
    }
    while (true) {
      long last = mine.lastSequence();
      long next = wanted.orElse(last + 1);
      if (next > last + 1) {
        throw invalid(
            "sequence "
                + next
                + " would leave a gap: the last one is "
                + last
                + ". Send the messages after that first, from "
                + (last + 1)
                + " on.");
      }
      if (next <= last || (mine.state.pending() == Pending.NONE && hasRoom(mine))) {
        return next;
      }
      if (!looked) {
        mine.state = owned(look(spread.hasToCount(mine.state)));
        looked = true;
      } else {
        mine.state = owned(change(mine, wait, end));
      }
    }
  }

  private boolean hasRoom(Use mine) {
    if (mine.sent >= maxOutstanding) {
      throw full(
          "the "
              + mine.sent
              + " messages that this transaction has sent in it are all that may be unsettled"
              + " (maxOutstanding="
              + maxOutstanding
              + "), and nobody gets them before it commits. This one was not sent. Commit, and send"
              + " the rest in another transaction, or open the stream with a larger"
              + " maxOutstanding.");
    }
    return mine.state.unsettled() + mine.sent < maxOutstanding;
  }

  private StreamState change(Use mine, Duration wait, long end) {
    CompletableFuture<StreamState> changed =
        streams.windows().changed(producerId, mine.state, spread.hasToCount(mine.state));
    try {
      return changed.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (mine.state.pending() == Pending.UNRELEASED) {
        throw StreamRefusedException.unreleased(producerId);
      }
      throw full(
          mine.state.unsettled()
              + mine.sent
              + " of its messages are not yet settled by every group (maxOutstanding="
              + maxOutstanding
              + "), and no room was made within "
              + DurationText.format(wait)
              + ". Nothing was sent. Try again later; see that the consumers keep up, or open the"
              + " stream with a larger maxOutstanding.");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof QueueException known
          ? known
          : new QueueException(
              Kind.INTERNAL,
              "The stream of producer \""
                  + producerId
                  + "\" cannot be watched: "
                  + e.getCause()
                  + ". Nothing was sent. The stack trace of the cause says more.",
              e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      streams.windows().forget(changed);
    }
  }

  private StreamState look(boolean counting) {
    StreamState state = streams.store().look(List.of(producerId), counting).get(producerId);
    if (state == null) {
      throw StreamRefusedException.fenced(producerId);
    }
    return state;
  }

  /** Refuses if it is somebody else's now, or in doubt. */
  private StreamState owned(StreamState state) {
    if (state == null || state.incarnation() != incarnation) {
      throw StreamRefusedException.fenced(producerId);
    }
    if (state.pending() == Pending.UNDECIDED) {
      throw StreamRefusedException.undecided(producerId);
    }
    return state;
  }

  // ---- words

  private QueueException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new QueueException(
        Kind.UNAVAILABLE,
        "Interrupted while it waited to send in the stream of producer \""
            + producerId
            + "\". Nothing was sent. Send again if the thread is to go on.",
        cause);
  }

  private QueueException full(String why) {
    return new QueueException(
        Kind.FULL, "The stream of producer \"" + producerId + "\" is full: " + why);
  }

  private QueueException invalid(String what) {
    return new QueueException(
        Kind.INVALID,
        "The stream of producer \"" + producerId + "\": " + what + " Nothing was sent.");
  }
}
