package dev.waybill.sample.cookbook;

import java.io.IOException;

/** Something without transactions. */
public interface MailServer {

  void send(String mail) throws IOException;
}
