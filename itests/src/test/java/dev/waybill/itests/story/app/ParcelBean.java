package dev.waybill.itests.story.app;

import dev.waybill.api.DeliveryContext;
import dev.waybill.api.QueuePayloadListener;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;

/** Gets decoded bodies; the rest of the message comes from the context. */
@MessageDriven(
    activationConfig = {
      @ActivationConfigProperty(propertyName = "queue", propertyValue = ParcelBean.QUEUE),
      @ActivationConfigProperty(
          propertyName = "payloadType",
          propertyValue = "dev.waybill.itests.story.app.Parcel"),
      @ActivationConfigProperty(
          propertyName = "deadLetterQueue",
          propertyValue = DeadLetterBean.QUEUE),
      @ActivationConfigProperty(propertyName = "retrySchedule", propertyValue = "exponential")
    })
public class ParcelBean implements QueuePayloadListener {

  /** Where it listens. */
  public static final String QUEUE = "test:parcels";

  @Override
  public void onPayload(Object payload) {
    Parcel parcel = (Parcel) payload;
    Sightings.add(
        parcel.getLabel(),
        parcel.getGrams()
            + " g for "
            + DeliveryContext.current().header("customer").orElse("nobody")
            + ", "
            + DeliveryContext.current().id());
  }
}
