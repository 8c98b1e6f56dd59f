package dev.waybill.sample.cookbook;

import dev.waybill.api.Message;
import dev.waybill.api.QueueListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;

// tag: M16
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = "app:partner"),
      @ActivationConfigProperty(propertyName = "breaker", propertyValue = "off")
    })
public class PartnerBean implements QueueListener {

  @EJB private MailServer mails;

  @Override
  public void onMessage(Message message) throws Exception {
    mails.send(message.text());
  }
}
// end
