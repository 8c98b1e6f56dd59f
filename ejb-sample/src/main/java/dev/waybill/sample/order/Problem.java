package dev.waybill.sample.order;

import jakarta.json.bind.annotation.JsonbPropertyOrder;

/**
 * One thing that is wrong with a request.
 *
 * @param where the field, parameter or line
 * @param what what was found there
 * @param accepted what would be accepted
 * @param fix what to do
 */
@JsonbPropertyOrder({"where", "what", "accepted", "fix"})
public record Problem(String where, String what, String accepted, String fix) {

  private static final int SHOWN_CHARACTERS = 60;

  /** The value as far as it can be shown in a message. */
  public static String shortened(String value) {
    return value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
