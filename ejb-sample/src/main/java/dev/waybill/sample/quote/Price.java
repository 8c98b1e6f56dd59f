package dev.waybill.sample.quote;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** What one piece of an article costs. An article without a row has no price yet. */
@Entity
public class Price {

  @Id private String article;
  private long cents;

  /** For JPA; prices come from the schema script. */
  protected Price() {}

  /** The price of one piece. */
  public long getCents() {
    return cents;
  }
}
