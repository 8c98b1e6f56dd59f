package dev.waybill.itests.story.app;

/** A JSON body. */
public class Parcel {

  private String label;
  private int grams;

  /** For JSON-B. */
  public Parcel() {}

  /** A parcel. */
  public Parcel(String label, int grams) {
    this.label = label;
    this.grams = grams;
  }

  public String getLabel() {
    return label;
  }

  public void setLabel(String label) {
    this.label = label;
  }

  public int getGrams() {
    return grams;
  }

  public void setGrams(int grams) {
    this.grams = grams;
  }
}
