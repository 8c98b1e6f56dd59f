package dev.waybill.itests.crash.streams;

import dev.waybill.api.MessageStream;
import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import dev.waybill.api.QueueProducer;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A producer of entries 1, 2, 3 …, of which it keeps no books: where it stands its stream says.
 *
 * @param producer opens the stream
 * @param tables where it writes what it makes in a transaction
 * @param transaction the thread's
 * @param stream its id
 * @param manner how it sends
 * @param window how many may be unsettled
 */
record Producing(
    QueueProducer producer,
    EntryTables tables,
    UserTransaction transaction,
    String stream,
    Manner manner,
    int window) {

  private static final String STOPPED = "STOPPED";
  private static final Duration FOR_ROOM = Duration.ofSeconds(1);
  private static final long AGAIN_MILLIS = 20;
  private static final int DOUBTED = 3;
  private static final int MOST_IN_A_TRANSACTION = 4;
  private static final int ROLLED_BACK_EVERY = 7;

  /**
   * Opens the stream, goes on where it stands, and sends until it is stopped or has lost it.
   *
   * @param say is told {@code from} and the last sequence, {@code dropped} and a number, {@code
   *     sent} and the number of the last entry that is sent for good
   * @return how it ended
   */
  String run(BooleanSupplier stopped, Consumer<String> say) throws Exception {
    Optional<MessageStream> opened = open(stopped);
    if (opened.isEmpty()) {
      return STOPPED;
    }
    MessageStream open = opened.get();
    say.accept("from " + open.lastSequence());
    long next =
        manner == Manner.AGAIN
            ? Math.max(1, open.lastAcknowledged() + 1 - DOUBTED)
            : open.lastSequence() + 1;
    for (int turn = 1; !stopped.getAsBoolean(); turn++) {
      try {
        int sent =
            switch (manner) {
              case ALONE -> alone(open, next);
              case AGAIN -> again(open, next, say);
              case TRANSACTED -> transacted(open, next, turn);
            };
        if (sent > 0) {
          next += sent;
          say.accept("sent " + (next - 1));
        }
      } catch (RollbackException e) {
        // Nothing of it is kept; the next try is told why.
      } catch (QueueException e) {
        if (e.kind() == Kind.CONFLICT) {
          return Kind.CONFLICT.name();
        }
        if (!e.retryable()) {
          throw e;
        }
      }
    }
    return STOPPED;
  }

  /** The stream, as soon as what was open or in doubt there is decided. */
  private Optional<MessageStream> open(BooleanSupplier stopped) throws InterruptedException {
    while (!stopped.getAsBoolean()) {
      try {
        return Optional.of(producer.stream(stream, window));
      } catch (QueueException e) {
        if (!e.retryable()) {
          throw e;
        }
        if (new CountDownLatch(1).await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new AssertionError("nobody counts down");
        }
      }
    }
    return Optional.empty();
  }

  private int alone(MessageStream open, long next) {
    open.send(new Entry(stream, next).message(), FOR_ROOM);
    return 1;
  }

  private int again(MessageStream open, long next, Consumer<String> say) {
    if (open.send(next, new Entry(stream, next).message(), FOR_ROOM).duplicate()) {
      say.accept("dropped " + next);
    }
    return 1;
  }

  private int transacted(MessageStream open, long next, int turn) throws Exception {
    int count = 1 + turn % MOST_IN_A_TRANSACTION;
    transaction.begin();
    try {
      for (long number = next; number < next + count; number++) {
        tables.made(stream, number);
        open.send(new Entry(stream, number).message(), FOR_ROOM);
      }
      if (turn % ROLLED_BACK_EVERY == 0) {
        return 0;
      }
      transaction.commit();
      return count;
    } finally {
      if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
        transaction.rollback();
      }
    }
  }
}
