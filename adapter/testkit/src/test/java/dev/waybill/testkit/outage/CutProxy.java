package dev.waybill.testkit.outage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network between a client and PostgreSQL that fails exactly at COMMIT: the server gets it and
 * the client no answer, or not even the server gets it. The client must send its COMMIT as text
 * ({@code prepareThreshold=0}).
 */
final class CutProxy implements AutoCloseable {

  /** What is lost. */
  enum Lost {
    /** The server commits, maybe only while the client already asks what became of it. */
    ANSWER,
    /** The server never hears of it. */
    COMMIT
  }

  private static final byte[] COMMIT = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final int target;
  private final AtomicInteger toPass = new AtomicInteger(-1);
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile Lost lost = Lost.ANSWER;

  CutProxy(int target) throws IOException {
    this.target = target;
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Cuts the connection at one of the next COMMITs. */
  void cut(Lost what, int afterCommits) {
    lost = what;
    toPass.set(afterCommits);
  }

  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        database.setTcpNoDelay(true);
        threads.execute(() -> pass(client, database, true));
        threads.execute(() -> pass(database, client, false));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pass(Socket from, Socket to, boolean requests) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[65_536];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        boolean cut = requests && hasCommit(bytes, count) && toPass.getAndDecrement() == 0;
        if (cut) {
          cuts.incrementAndGet();
          if (lost == Lost.COMMIT) {
            return;
          }
          // The client first: the answer must not reach it.
          from.close();
        }
        out.write(bytes, 0, count);
        if (cut) {
          return;
        }
      }
    } catch (IOException e) {
      // the other direction has ended
    }
  }

  private static boolean hasCommit(byte[] bytes, int count) {
    for (int i = 0; i + COMMIT.length <= count; i++) {
      int matching = 0;
      while (matching < COMMIT.length && bytes[i + matching] == COMMIT[matching]) {
        matching++;
      }
      if (matching == COMMIT.length) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
