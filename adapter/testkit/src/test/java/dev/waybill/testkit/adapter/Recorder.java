package dev.waybill.testkit.adapter;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bean that notes what it gets, as "text #attempt". */
final class Recorder implements QueueListener {

  private final List<String> seen = new CopyOnWriteArrayList<>();

  List<String> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void onMessage(Message message) {
    seen.add(message.text() + " #" + message.attempts());
  }
}
