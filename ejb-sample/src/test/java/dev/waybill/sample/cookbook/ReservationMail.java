package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;

// tag: M2
@MessageDriven(
    activationConfig =
        @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:mails"))
public class ReservationMail implements QueueListener {

  @EJB private MailServer mails;

  @Override
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public void onMessage(Message message) throws Exception {
    mails.send(message.text());
  }
}
// end
