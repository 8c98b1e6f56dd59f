package dev.waybill.itests.audit;

import dev.waybill.itests.audit.Intent.Answer;
import dev.waybill.itests.audit.Intent.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ledger of intents: a file that is only appended to, outside the queue and its databases. A
 * line is written before each request and one after it; a request without the second line was not
 * answered. Safe for several threads.
 */
public final class Intents implements AutoCloseable {

  private static final String WANTED = "wanted";
  private static final String ANSWERED = "answered";

  private final Path file;
  private final Writer writer;

  private Intents(Path file, Writer writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Opens a ledger, and goes on with what is in it. */
  public static Intents open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return new Intents(
          file,
          Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the ledger of intents " + file, e);
    }
  }

  /** Says what is wanted, before it is asked for. */
  public void wanted(long order, Kind kind) {
    append(WANTED, order, kind.name());
  }

  /** Says what was answered. */
  public void answered(long order, Answer answer) {
    append(ANSWERED, order, answer.name());
  }

  private synchronized void append(String what, long order, String word) {
    try {
      writer.write(what + " " + order + " " + word + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the ledger of intents " + file, e);
    }
  }

  /** All that is in the file, by order. */
  public static List<Intent> read(Path file) {
    Map<Long, Intent> intents = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ", -1);
        long order = Long.parseLong(words[1]);
        switch (words[0]) {
          case WANTED -> {
            if (intents.put(order, new Intent(order, Kind.valueOf(words[2]), Answer.NONE))
                != null) {
              throw new IllegalStateException("Order " + order + " was asked for twice: " + file);
            }
          }
          case ANSWERED ->
              intents.compute(
                  order, (n, intent) -> new Intent(n, intent.kind(), Answer.valueOf(words[2])));
          default -> throw new IllegalStateException("What is \"" + line + "\" in " + file + "?");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the ledger of intents " + file, e);
    }
    return new ArrayList<>(intents.values());
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the ledger of intents " + file, e);
    }
  }
}
