package dev.waybill.itests.crash;

import static org.awaitility.Awaitility.await;

import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.PayaraMicro;
import dev.waybill.itests.server.ServerLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;
import org.jboss.byteman.agent.Main;
import org.jboss.byteman.agent.submit.ScriptText;
import org.jboss.byteman.agent.submit.Submit;

/**
 * One node of the cluster: a Payara Micro that is started, ended and started again under the same
 * name, with a fresh root folder each time, so that recovery has only the databases and its
 * transaction log to go by.
 */
final class CrashNode implements AutoCloseable {

  private final String name;
  private final Path directory;
  private final Database database;
  private final NodeApplication application;
  private volatile PayaraMicro server;
  private volatile boolean suspended;
  private int bytemanPort;
  private int starts;
  private Optional<CrashPoint> ruleFromStart = Optional.empty();
  private Optional<NodeClock> clock = Optional.empty();

  CrashNode(String name, Path directory, Database database, NodeApplication application) {
    this.name = name;
    this.directory = directory.resolve(name);
    this.database = database;
    this.application = application;
  }

  /** Has a rule take effect in all servers that are started from now on. */
  void ruleFromStart(CrashPoint rule) {
    ruleFromStart = Optional.of(rule);
  }

  /** Gives all servers that are started from now on a wall clock that can be set. */
  void withSettableClock() {
    clock = Optional.of(NodeClock.at(directory.resolve("clock")));
  }

  /**
   * Sets its wall clock that much before (or, if negative, behind) the machine's; it notices within
   * two seconds. The clock stays so when the server is started again.
   */
  void setClock(Duration ahead) {
    clock.orElseThrow().set(ahead);
  }

  /** Starts it and waits until it is ready. */
  void start() {
    cleanUp();
    starts++;
    Path run = Directories.emptied(directory.resolve("run"));
    BootCommands postBoot =
        database
            .postBoot(name)
            .add("deploy", "--name crash --contextroot /crash", application.export(run).toString());
    BootCommands preBoot = database.preBoot(name, directory.resolve("tx-log"));
    int port = PayaraMicro.freePort();
    bytemanPort = PayaraMicro.freePort();
    String agent = agent().toString();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-Dcrash.node=" + name));
    arguments.add(
        "-javaagent:%s=listener:true,address:127.0.0.1,port:%d,boot:%s%s"
            .formatted(agent, bytemanPort, agent, script(run.resolve("rule.btm"))));
    arguments.addAll(List.of("-jar", Artifacts.payaraMicro().toString()));
    arguments.addAll(List.of("--nocluster", "--disablephonehome"));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of("--addlibs", database.driver().toString()));
    arguments.addAll(List.of("--rootDir", run.resolve("payara").toString()));
    arguments.add("--prebootcommandfile");
    arguments.add(preBoot.write(run.resolve("pre-boot.txt")).toString());
    arguments.add("--postbootcommandfile");
    arguments.add(postBoot.write(run.resolve("post-boot.txt")).toString());
    Map<String, String> environment = clock.map(NodeClock::environment).orElse(Map.of());
    server =
        PayaraMicro.launch(
            name + "-" + starts, directory, port, arguments, environment, "ready in");
  }

  private void cleanUp() {
    if (server != null && clock.isPresent()) {
      NodeClock.cleanUpAfter(server.pid());
    }
  }

  private String script(Path file) {
    if (ruleFromStart.isEmpty()) {
      return "";
    }
    try {
      return ",script:" + Files.writeString(file, ruleFromStart.get().rule() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The jar of Byteman. */
  static Path agent() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  String name() {
    return name;
  }

  /** Whether it can be asked for something. */
  boolean isUp() {
    PayaraMicro current = server;
    return current != null && current.isRunning() && !suspended;
  }

  /** Where orders are placed. */
  URI place() {
    return uri("/place");
  }

  /** The address of a path of its application, which begins with a slash. */
  URI uri(String path) {
    return server.uri("/crash" + path);
  }

  /** Has a rule take effect in the running server. */
  void submit(CrashPoint rule) {
    try {
      new Submit("127.0.0.1", bytemanPort)
          .addScripts(List.of(new ScriptText(rule.name(), rule.rule())));
    } catch (Exception e) {
      // A point may be passed before the agent could answer.
      awaitEnd(() -> new IllegalStateException(name + " does not take " + rule.name(), e));
    }
  }

  /** Takes all rules back that have taken effect. */
  void withdrawRules() {
    try {
      new Submit("127.0.0.1", bytemanPort).deleteAllRules();
    } catch (Exception e) {
      awaitEnd(() -> new IllegalStateException(name + " does not take its rules back", e));
    }
  }

  private void awaitEnd(Supplier<RuntimeException> otherwise) {
    try {
      await().atMost(Duration.ofSeconds(5)).until(this::hasEnded);
    } catch (ConditionTimeoutException e) {
      throw otherwise.get();
    }
  }

  /** Whether its process, once started, is there no more. */
  boolean hasEnded() {
    return !server.isRunning();
  }

  /** Refuses if anything but a crash point has ended it. */
  void requireEndedAt(CrashPoint point) {
    if (server.exitCode() != CrashPoint.EXIT_CODE) {
      throw new AssertionError(
          name + " ended with " + server.exitCode() + ", not at " + point + "\n" + tail());
    }
  }

  /** Ends it by SIGKILL. */
  void kill() {
    server.kill();
    suspended = false;
  }

  /** Stops all its threads (SIGSTOP). */
  void suspend() {
    suspended = true;
    server.signal("STOP");
  }

  /** Lets its threads go on (SIGCONT). */
  void resume() {
    server.signal("CONT");
    suspended = false;
  }

  /** Asks it to stop and waits until it has. */
  void stop() {
    server.stop();
  }

  /** What it wrote since its last start. */
  ServerLog log() {
    return server.log();
  }

  /** The end of its log. */
  String tail() {
    return log().tail();
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
      cleanUp();
    }
  }
}
