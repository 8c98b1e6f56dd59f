package dev.waybill.itests.server;

import dev.waybill.testkit.h2.RecoveringXaDataSource;
import java.nio.file.Path;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/**
 * What a server starts with. The same setup may be started again on the same directory.
 *
 * @param name for the log file and for people
 * @param directory the server's root folder, command files and log are below it
 * @param preBoot commands before the server's services start
 * @param postBoot commands when they have started: resources, then deployments
 */
public record ServerSetup(
    String name, Path directory, BootCommands preBoot, BootCommands postBoot) {

  /** The command line options of Payara Micro. Writes the command files. */
  public List<String> microOptions() {
    JavaArchive library =
        ShrinkWrap.create(JavaArchive.class, "test-databases.jar")
            .addPackage(RecoveringXaDataSource.class.getPackage());
    return List.of(
        "--nocluster",
        "--addlibs",
        Administration.export(library, directory).toString(),
        "--disablephonehome",
        "--rootDir",
        directory.resolve("payara").toString(),
        "--prebootcommandfile",
        preBoot.write(directory.resolve("pre-boot.txt")).toString(),
        "--postbootcommandfile",
        postBoot.write(directory.resolve("post-boot.txt")).toString());
  }
}
