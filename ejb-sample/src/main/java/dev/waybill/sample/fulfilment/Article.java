package dev.waybill.sample.fulfilment;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** An article of the catalogue and how many of it can still be promised. */
@Entity
public class Article {

  @Id private String code;
  private String name;
  private int stock;

  /** For JPA; articles come from the schema script. */
  protected Article() {}

  /** Its number, as in {@code A-100}. */
  public String getCode() {
    return code;
  }

  public String getName() {
    return name;
  }

  /** What is neither reserved nor shipped. */
  public int getStock() {
    return stock;
  }
}
