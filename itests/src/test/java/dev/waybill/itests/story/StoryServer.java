package dev.waybill.itests.story;

import dev.waybill.itests.orders.CommitPath;
import dev.waybill.itests.orders.OrdersClient;
import dev.waybill.itests.server.Artifacts;
import dev.waybill.itests.server.BootCommands;
import dev.waybill.itests.server.Directories;
import dev.waybill.itests.server.ServerSetup;
import dev.waybill.itests.story.app.Effects;
import java.nio.file.Path;
import java.security.CodeSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The archive of a story, and the files of the server that Arquillian starts for it. The options in
 * {@code arquillian.xml} name the command files that are written here.
 */
final class StoryServer {

  private StoryServer() {}

  /** Writes the server's files and answers the order service with the test beans inside. */
  static WebArchive prepare(CommitPath path) {
    Path directory = Directories.emptied(Artifacts.directory("story-" + path));
    createTable(path, directory);
    new ServerSetup("story", directory, new BootCommands(), path.postBoot(directory))
        .microOptions();
    return ShrinkWrap.createFromZipFile(WebArchive.class, Artifacts.ordersWar().toFile())
        .addPackage(Effects.class.getPackage())
        .addClasses(BeanStory.class, PullStory.class, OrderStory.class, OrdersClient.class)
        .addClass(OrdersClient.Summary.class)
        .addAsLibrary(library(Assertions.class))
        .addAsLibrary(library(Awaitility.class))
        .addAsLibrary(library(Matcher.class));
  }

  private static java.io.File library(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return Path.of(java.net.URI.create(source.getLocation().toString())).toFile();
  }

  private static void createTable(CommitPath path, Path directory) {
    String url = "jdbc:h2:file:" + path.applicationDatabase(directory);
    try (Connection connection = DriverManager.getConnection(url, "sa", "sa");
        Statement statement = connection.createStatement()) {
      statement.execute(Effects.TABLE);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot create the table of the test beans in " + url, e);
    }
  }
}
