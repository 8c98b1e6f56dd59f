package dev.waybill.itests.story;

import dev.waybill.itests.orders.CommitPath;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.ExtendWith;

/** The story with the queue in the application's own database. */
@ExtendWith(ArquillianExtension.class)
class JoinedOrderStoryIT extends OrderStory {

  @Deployment
  @TargetsContainer("joined")
  static WebArchive archive() {
    return StoryServer.prepare(CommitPath.JOINED);
  }
}
