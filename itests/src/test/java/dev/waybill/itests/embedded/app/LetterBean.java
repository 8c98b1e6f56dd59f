package dev.waybill.itests.embedded.app;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it received; without any configuration but the queue's name. */
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = Letterbox.QUEUE))
public class LetterBean implements QueueListener {

  private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();

  /** What was received since the application was deployed, each with its attempt. */
  static List<String> received() {
    return List.copyOf(RECEIVED);
  }

  @Override
  public void onMessage(Message message) {
    RECEIVED.add(message.text() + " #" + message.attempts());
  }
}
