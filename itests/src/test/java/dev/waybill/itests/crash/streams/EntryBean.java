package dev.waybill.itests.crash.streams;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import dev.waybill.api.Watermark;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import java.time.Duration;

/** Writes down each entry that it gets, and fails now and then. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = Entry.ENTRIES),
      @ActivationConfigProperty(propertyName = "leaseDuration", propertyValue = "3s")
    })
public class EntryBean implements QueueListener {

  private static final int FAILS_EVERY = 50;

  @EJB private EntryTables tables;

  @Override
  public void onMessage(Message message) {
    boolean firstTime = Watermark.firstTime(message);
    Entry entry = Entry.parse(message.text());
    tables.seen(
        message.producerId().orElseThrow(),
        message.sequence().orElseThrow(),
        entry.number(),
        firstTime);
    if (message.attempts() == 1 && entry.number() % FAILS_EVERY == 0) {
      message.retry(Duration.ZERO);
      throw new IllegalStateException("Entry " + entry.number() + " fails at first");
    }
  }
}
