package dev.waybill.itests.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A Payara Micro process on a free port of the loopback address. It never outlives the virtual
 * machine that started it, as far as that one can still run its shutdown hooks.
 */
public final class PayaraMicro implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(240);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);
  private static final AtomicInteger STARTS = new AtomicInteger();
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
  private static final List<ServerLog> LOGS = new CopyOnWriteArrayList<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Process process;
  private final ServerLog log;
  private final int port;
  private final Path runtime;

  private PayaraMicro(Process process, ServerLog log, int port, Path runtime) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.runtime = runtime;
  }

  /**
   * Starts a server and waits until it says that it is ready.
   *
   * @throws AssertionError with the end of its log if it does not
   */
  public static PayaraMicro start(ServerSetup setup) {
    return start(setup, List.of());
  }

  /**
   * The same with more options for its JVM.
   *
   * @param options such as an agent
   */
  public static PayaraMicro start(ServerSetup setup, List<String> options) {
    int port = freePort();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1"));
    arguments.addAll(options);
    arguments.addAll(List.of("-jar", Artifacts.payaraMicro().toString()));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(setup.microOptions());
    return launch(setup.name(), setup.directory(), port, arguments, "ready in");
  }

  /**
   * Starts a server with a command line of its own and waits until it says that it is ready.
   *
   * @param name for its log file
   * @param directory where it works and its log is written
   * @param port the port that the arguments give it
   * @param arguments the arguments of {@code java}; with a root directory of its own
   * @param ready words of the line it writes when it is ready
   * @throws AssertionError with the end of its log if it does not
   */
  public static PayaraMicro launch(
      String name, Path directory, int port, List<String> arguments, String ready) {
    return launch(name, directory, port, arguments, Map.of(), ready);
  }

  /**
   * The same with something more in the environment.
   *
   * @param environment what is added to this process's environment
   */
  public static PayaraMicro launch(
      String name,
      Path directory,
      int port,
      List<String> arguments,
      Map<String, String> environment,
      String ready) {
    Path logFile = directory.resolve(name + "-" + STARTS.incrementAndGet() + ".log");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(arguments);
    try {
      Files.createDirectories(directory);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(logFile.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      RUNNING.add(process);
      PayaraMicro server =
          new PayaraMicro(process, new ServerLog(logFile), port, runtime(directory, arguments));
      LOGS.add(server.log);
      server.awaitReady(ready);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + String.join(" ", command), e);
    }
  }

  /** Where the server unpacks itself at each start: a hundred megabytes. */
  private static Path runtime(Path directory, List<String> arguments) {
    int option =
        IntStream.range(0, arguments.size())
            .filter(i -> arguments.get(i).equalsIgnoreCase("--rootDir"))
            .findFirst()
            .orElseThrow();
    return directory.resolve(arguments.get(option + 1)).resolve("runtime");
  }

  /** A port of the loopback address that nobody uses at this moment. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("No free port on the loopback address", e);
    }
  }

  private void awaitReady(String ready) {
    try {
      await()
          .atMost(START_TIMEOUT)
          .until(() -> !process.isAlive() || !log.linesWith(ready).isEmpty());
    } catch (RuntimeException e) {
      kill();
      throw new AssertionError("Not ready in " + START_TIMEOUT + ":\n" + log.tail(), e);
    }
    if (!process.isAlive()) {
      close();
      throw new AssertionError("The server ended while it started:\n" + log.tail());
    }
  }

  /** What the servers wrote that this virtual machine started, in the order of their starts. */
  static List<ServerLog> logs() {
    return LOGS;
  }

  /** What it wrote to the console. */
  public ServerLog log() {
    return log;
  }

  /** The address of a path on it, which begins with a slash. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process runs. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * What the ended process said when it exited.
   *
   * @throws IllegalThreadStateException if it runs
   */
  public int exitCode() {
    return process.exitValue();
  }

  /**
   * Sends it a signal.
   *
   * @param signal its name, for example STOP
   */
  public void signal(String signal) {
    try {
      int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
      if (code != 0) {
        throw new AssertionError("kill -" + signal + " " + pid() + " answered " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send " + signal + " to process " + pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while process " + pid() + " got a signal", e);
    }
  }

  /** Asks it to stop (SIGTERM) and waits until it has ended. */
  public void stop() {
    process.destroy();
    if (!ended(STOP_TIMEOUT)) {
      kill();
      throw new AssertionError("Not stopped " + STOP_TIMEOUT + " after SIGTERM:\n" + log.tail());
    }
  }

  /** Kills it (SIGKILL) and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    if (!ended(STOP_TIMEOUT)) {
      throw new AssertionError("Process " + pid() + " still there " + STOP_TIMEOUT + " after KILL");
    }
  }

  private boolean ended(Duration timeout) {
    try {
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        RUNNING.remove(process);
        Directories.removed(runtime);
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while process " + pid() + " was ending", e);
    }
  }

  /** Kills it if it still runs. What it unpacked is removed. */
  @Override
  public void close() {
    kill();
  }
}
