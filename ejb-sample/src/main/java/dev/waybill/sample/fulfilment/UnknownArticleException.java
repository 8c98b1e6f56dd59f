package dev.waybill.sample.fulfilment;

/** An order names an article that is not in the catalogue. */
public class UnknownArticleException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The catalogue lacks this article. */
  public UnknownArticleException(String article) {
    super("Unknown article: " + article + " is not in the catalogue");
  }
}
