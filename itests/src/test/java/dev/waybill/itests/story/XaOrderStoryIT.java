package dev.waybill.itests.story;

import dev.waybill.itests.orders.CommitPath;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.ExtendWith;

/** The story with a database for the application and one for the queue. */
@ExtendWith(ArquillianExtension.class)
class XaOrderStoryIT extends OrderStory {

  @Deployment
  @TargetsContainer("xa")
  static WebArchive archive() {
    return StoryServer.prepare(CommitPath.XA);
  }
}
