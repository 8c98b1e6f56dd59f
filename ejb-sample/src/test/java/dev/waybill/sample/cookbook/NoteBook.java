package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.MessageBatch;
import dev.waybill.api.QueueBatchListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M4
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:notes"),
      @ActivationConfigProperty(propertyName = "batchSize", propertyValue = "50"),
      @ActivationConfigProperty(propertyName = "batchWait", propertyValue = "2s")
    })
public class NoteBook implements QueueBatchListener {

  @EJB private Shop shop;

  @Override
  public void onBatch(MessageBatch batch) {
    for (Message message : batch) {
      shop.note(message.text());
    }
    batch.ackAll();
  }
}
// end
